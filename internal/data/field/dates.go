// Dates: fields that are a day, a moment or a time of day.

package field

import (
	"strings"
	"time"
)

// days and clocks are how people write the two parts of a moment; a day may stand alone.
var (
	days = []string{"2006-1-2", "2.1.2006", "2/1/2006", "1/2/2006", "2006/1/2", "2-1-2006", "1-2-2006", "2006.1.2",
		"02.01.06", "02/01/06", "01/02/06", "2-Jan-2006", "2-Jan-06", "2 Jan 2006", "2 January 2006", "2. January 2006",
		"Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "Mon, 2 Jan 2006", "2006-01", "1/2006", "Jan 2006", "January 2006",
		"Jan-06", "Jan-2006"}
	clocks = []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00", "15:04:05Z0700", "15:04:05 Z0700",
		"3:04 PM", "3:04:05 PM", "3:04PM", "3:04:05PM", "15:04:05 MST"}
)

// A Calendar knows dates, and tries first how the last of them was written.
type Calendar struct{ day, clock string }

// IsDate says whether a field is a date, with or without the time of day, or such a time alone.
func (c *Calendar) IsDate(f string) bool {
	if len(f) < 4 || len(f) > 40 || !strings.ContainsAny(f, "0123456789") || !strings.ContainsAny(f, ".-/: ") {
		return false
	}
	for k, r := range f {
		if (r == ' ' || r == 'T') && fits(strings.TrimSuffix(f[:k], ","), days, &c.day) && fits(f[k+1:], clocks, &c.clock) {
			return true
		}
	}
	return fits(f, days, &c.day) || fits(f, clocks, &c.clock)
}

// fits says whether a field is written as one of layouts, and which.
func fits(f string, layouts []string, last *string) bool {
	if _, err := time.Parse(*last, f); *last != "" && err == nil {
		return true
	}
	for _, l := range layouts {
		if _, err := time.Parse(l, f); err == nil {
			*last = l
			return true
		}
	}
	return false
}

// IsDay says whether a whole number is a day written as 20240131.
func IsDay(x float64) bool {
	if !(x >= 1900_01_01 && x <= 2100_12_31) || x != float64(int(x)) {
		return false
	}
	y, m, d := time.Date(int(x)/10000, time.Month(int(x)/100%100), int(x)%100, 0, 0, 0, 0, time.UTC).Date()
	return y*10000+int(m)*100+d == int(x)
}
