// Dates: fields that are a day, a moment or a time of day.

package field

import (
	"math"
	"regexp"
	"strings"
	"time"
)

// days and clocks are how people write the two parts of a moment; a day may stand alone. moments have them mixed.
var (
	days = []string{"2006-1-2", "2.1.2006", "2/1/2006", "1/2/2006", "2006/1/2", "2-1-2006", "1-2-2006", "2006.1.2",
		"02.01.06", "02/01/06", "01/02/06", "2-Jan-2006", "2-Jan-06", "2 Jan 2006", "Jan 2 2006", "2/Jan/2006",
		"2006-Jan-2", "2006 Jan 2", "2006-01", "2006/01", "1/2006", "Jan 2006", "Jan-06", "Jan-2006", "2 Jan", "Jan 2",
		"02.01.", "20060102"}
	clocks = []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00", "15:04:05Z0700", "15:04:05 Z0700",
		"3:04 PM", "3:04:05 PM", "3:04PM", "3:04:05PM", "15:04:05 MST", "15:04:05 -0700 MST", "15", "15h04", "150405",
		"1504", "150405Z07:00"}
	moments = []string{"Jan 2 15:04:05 2006", "Jan 2 15:04:05 MST 2006", "2/Jan/2006:15:04:05",
		"2/Jan/2006:15:04:05 -0700"}
)

// months are the names of the months, in English, German, French, Spanish, Italian, Portuguese and Dutch, and how they
// are shortened.
var months = namesOf(map[string]string{
	"Jan": "january januar jänner janvier enero gennaio janeiro januari jan janv ene gen",
	"Feb": "february februar feber février febrero febbraio fevereiro februari feb febr févr fév fev",
	"Mar": "march märz mars marzo março maart mar mär mrz mrt",
	"Apr": "april avril abril aprile apr avr abr",
	"May": "may mai mayo maggio maio mei mag",
	"Jun": "june juni juin junio giugno junho jun giu",
	"Jul": "july juli juillet julio luglio julho jul juil lug",
	"Aug": "august août agosto augustus aug aou aoû ago",
	"Sep": "september septembre septiembre settembre setembro sep sept set",
	"Oct": "october oktober octobre octubre ottobre outubro oct okt ott out",
	"Nov": "november novembre noviembre novembro nov",
	"Dec": "december dezember décembre diciembre dicembre dezembro dec dez déc dic",
})

// fillers are words that may stand in a date and say nothing that the rest does not: the days of the week, and others.
var fillers = namesOf(map[string]string{
	"": "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun " +
		"montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so " +
		"lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim " +
		"lunes martes miércoles jueves viernes sábado domingo de of den der uhr st nd rd th er",
})

// namesOf is what each of several names stands for.
func namesOf(lists map[string]string) map[string]string {
	all := map[string]string{}
	for name, list := range lists {
		for _, word := range strings.Fields(list) {
			all[word] = name
		}
	}
	return all
}

var (
	letters = regexp.MustCompile(`\p{L}+\.?`)
	week    = regexp.MustCompile(`^\d{4}-?W\d\d(-?[1-7])?$`)
	isClock = regexp.MustCompile(`^\d\d?[:h]\d\d`)
)

// inEnglish is a date with the English name of its month, shortened, and without the day of the week.
func inEnglish(f string) string {
	if !letters.MatchString(f) {
		return f
	}
	named := false
	f = letters.ReplaceAllStringFunc(f, func(w string) string {
		low := strings.ToLower(strings.TrimSuffix(w, "."))
		if month, ok := months[low]; ok {
			named = true
			return month
		}
		if _, ok := fillers[low]; ok {
			return ""
		}
		return w
	})
	if named {
		f = strings.ReplaceAll(strings.ReplaceAll(f, ",", " "), ". ", " ")
	}
	return strings.Join(strings.Fields(strings.TrimLeft(f, " ,")), " ")
}

// A Calendar knows dates, and tries first how the last of them was written.
type Calendar struct{ day, clock, moment string }

// IsDate says whether a field is a date, with or without the time of day, or such a time alone.
func (c *Calendar) IsDate(f string) bool {
	if len(f) < 4 || len(f) > 40 || !strings.ContainsAny(f, "0123456789") ||
		!strings.ContainsAny(f, ".-/: ") && !strings.ContainsAny(f, "TWh") {
		return false
	}
	if f = inEnglish(f); week.MatchString(f) {
		return true
	}
	for k, r := range f {
		if (r == ' ' || r == 'T') && fits(strings.TrimSuffix(f[:k], ","), days, &c.day) && fits(f[k+1:], clocks, &c.clock) {
			return true
		}
	}
	return fits(f, days, &c.day) || fits(f, moments, &c.moment) || isClock.MatchString(f) && fits(f, clocks, &c.clock)
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

// IsDay says whether a whole number is a day written as 20240131, or a moment as 202401312359 or 20240131235959.
func IsDay(x float64) bool {
	const minutes, seconds = 1_00_00, 1_00_00_00
	switch {
	case x != math.Trunc(x):
		return false
	case x >= 1900_01_01*seconds && math.Mod(x, 100) < 60:
		x = math.Trunc(x / 100)
		fallthrough
	case x >= 1900_01_01*minutes && x < 2101_01_01*minutes:
		if math.Mod(x, 100) > 59 || math.Mod(x, minutes) >= 24_00 {
			return false
		}
		x = math.Trunc(x / minutes)
	}
	if !(x >= 1900_01_01 && x <= 2100_12_31) {
		return false
	}
	y, m, d := time.Date(int(x)/10000, time.Month(int(x)/100%100), int(x)%100, 0, 0, 0, 0, time.UTC).Date()
	return y*10000+int(m)*100+d == int(x)
}
