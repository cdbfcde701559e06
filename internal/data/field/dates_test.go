package field

import (
	"math"
	"testing"

	"backprop/internal/filetest"
)

// TestIsDate: dates, moments and times of day are recognised in the order and the languages in which people and
// programs write them; numbers, versions and scores are not taken for dates.
func TestIsDate(t *testing.T) {
	const longest = "2023-01-02 12:30:00.00000000000000000000" // 40 bytes
	filetest.Holds(t, "is a date", func(f string) bool { return new(DateParser).IsDate(f) }, []string{
		"2023-05-18", "2023/05/18", "16/09/2026", "02.01.2023", "2.1.2023", "02.01.23", "5/18/2023", "05.01.", "2023-05",
		"2023/01", "2023-W01", "18-May-2023", "18 May 2023", "05 Jan", "Jan 23", "Jan 2023",
		"12:30", "8:15", "08:15:30", "2023-05-18 12:30", "2023-05-18, 12:30", "18.05.2023 12:30", "18.05.2023 12h30",
		"2023-01-05 08", "2023-05-18 12:30:15.25", "5/18/2023 3:30 PM", "2023-05-18T12:30:15Z", "2023-05-18T12:30:15+02:00",
		"20230105T083000", "2023-05-18 12:30:00 +0200 CEST", longest, "Thu Jan 05 08:30:00 2023", "05/Jan/2023:08:30:00",
		"05/Jan/2023:08:30:00 +0000",
		"May 18, 2023", "January 05 2023", "Thursday, January 05, 2023", "05 Jan. 2023", "5th January 2023",
		"5. Januar 2023", "Do, 5.1.2023", "3 März 2023, 12:30 Uhr", "5 janvier 2023", "1er août 2023", "5 de enero de 2023",
	}, []string{
		"", "2023", "20230518", "1.5", "1.2.3", "1.2.10", "31.02.2023", "2023-13", "2023-13-01", "2023-W1", "32 Jan",
		"25:30", "16:9", "2:1", "192.168.1.1", "2012-13", "10-20", "3/4", "May", "Monday", "Jan", "5 Maybe 2023",
		"5 May x", "x 2023", "2023-05-18 x", "Q1 2023", "12 Th", "room 12", "1h", "TWh 5", longest + "0",
	})
}

// TestDateParserRemembersTheLastLayout: a column of dates is long, and trying all layouts for each field is slow.
func TestDateParserRemembersTheLastLayout(t *testing.T) {
	last := DateParser{day: "2006:1:2"}
	if !last.IsDate("2023:5:18") {
		t.Error("the last layout is not tried")
	}
	var p DateParser
	for _, f := range []string{"02.01.2023", "2023-05-18 12:30", "05/Jan/2023:08:30:00"} {
		if !p.IsDate(f) {
			t.Errorf("%q is not taken for a date", f)
		}
	}
	if want := (DateParser{"2006-1-2", "15:04", "2/Jan/2006:15:04:05"}); p != want {
		t.Errorf("remembers %q, want %q", p, want)
	}
}

// TestIsDateNumber: the digits must be a day of the calendar from 1900 to 2100, and what follows them a time of day;
// other long numbers, such as seconds since 1970 and product codes, are not dates.
func TestIsDateNumber(t *testing.T) {
	for x, want := range map[float64]bool{
		20230518: true, 20240229: true, 20230229: false, 20231301: false, 20230518.5: false, 12345678: false,
		19000101: true, 18991231: false, 21001231: true, 21010101: false, math.NaN(): false,
		202301050830: true, 202301052359: true, 202301052360: false, 202301050860: false, 202301052430: false,
		202301052400: false, 202313010000: false, 202301050830.5: false, 190001010000: true,
		20230105083059: true, 20230105235959: true, 20230105083060: false, 19000101000000: true,
		1672907400: false, 1672907400000: false, 4006381333931: false,
	} {
		if got := IsDateNumber(x); got != want {
			t.Errorf("%.1f is a date: got %v, want %v", x, got, want)
		}
	}
}
