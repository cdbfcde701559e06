// Dates: fields that are a date, a time of day, or both.

package field

import (
	"math"
	"regexp"
	"strings"
	"time"
)

// Layouts for time.Parse: of dates, of times of day, and of texts in which the two are mixed.
var (
	days = []string{"2006-1-2", "2.1.2006", "2/1/2006", "1/2/2006", "2006/1/2", "2-1-2006", "1-2-2006", "2006.1.2",
		"02.01.06", "02/01/06", "01/02/06", "2-Jan-2006", "2-Jan-06", "2 Jan 2006", "Jan 2 2006", "2/Jan/2006",
		"2006-Jan-2", "2006 Jan 2", "2006-01", "2006/01", "1/2006", "Jan 2006", "Jan-06", "Jan-2006", "2 Jan", "Jan 2",
		"02.01.", "20060102"}
	times = []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00", "15:04:05Z0700", "15:04:05 Z0700",
		"3:04 PM", "3:04:05 PM", "3:04PM", "3:04:05PM", "15:04:05 MST", "15:04:05 -0700 MST", "15", "15h04", "150405",
		"1504", "150405Z07:00"}
	moments = []string{"Jan 2 15:04:05 2006", "Jan 2 15:04:05 MST 2006", "2/Jan/2006:15:04:05",
		"2/Jan/2006:15:04:05 -0700"}
)

// englishWords translates what people write in dates. It has the names of the months in English, German, French,
// Spanish, Italian, Portuguese and Dutch; and, translated as "", words that add nothing: the days of the week, and
// others.
var englishWords = keyOfWord(map[string]string{
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
	"": "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun " +
		"montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so " +
		"lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim " +
		"lunes martes miércoles jueves viernes sábado domingo de of den der uhr st nd rd th er",
})

// keyOfWord turns lists around: it maps each word to the key of the list that has it.
func keyOfWord(lists map[string]string) map[string]string {
	keys := map[string]string{}
	for key, list := range lists {
		for _, word := range strings.Fields(list) {
			keys[word] = key
		}
	}
	return keys
}

var (
	letters      = regexp.MustCompile(`\p{L}+\.?`)
	weekPattern  = regexp.MustCompile(`^\d{4}-?W\d\d(-?[1-7])?$`)
	beginsAsTime = regexp.MustCompile(`^\d\d?[:h]\d\d`)
)

// toEnglish shortens the month's name to the three letters that time.Parse knows, and removes words that add nothing.
func toEnglish(f string) string {
	if !letters.MatchString(f) {
		return f
	}
	hasMonth := false
	f = letters.ReplaceAllStringFunc(f, func(w string) string {
		english, ok := englishWords[strings.ToLower(strings.TrimSuffix(w, "."))]
		if !ok {
			return w
		}
		hasMonth = hasMonth || english != ""
		return english
	})
	if hasMonth {
		f = strings.ReplaceAll(strings.ReplaceAll(f, ",", " "), ". ", " ")
	}
	return strings.Join(strings.Fields(strings.TrimLeft(f, " ,")), " ")
}

// A DateParser recognises dates. It remembers the layouts of the last one, which it tries first.
type DateParser struct{ day, time, moment string }

// IsDate reports whether a field is a date, with or without a time of day, or a time of day alone.
func (p *DateParser) IsDate(f string) bool {
	if len(f) < 4 || len(f) > 40 || !strings.ContainsAny(f, "0123456789") || !strings.ContainsAny(f, ".-/: TWh") {
		return false
	}
	if f = toEnglish(f); weekPattern.MatchString(f) {
		return true
	}
	for k, r := range f {
		if r != ' ' && r != 'T' {
			continue
		}
		before, after := strings.TrimSuffix(f[:k], ","), f[k+1:]
		if matches(before, days, &p.day) && matches(after, times, &p.time) {
			return true
		}
	}
	return matches(f, days, &p.day) || matches(f, moments, &p.moment) ||
		beginsAsTime.MatchString(f) && matches(f, times, &p.time)
}

// matches reports whether a field has one of these layouts. It first tries *last, the layout that matched last, and
// then stores the one that matches there.
func matches(f string, layouts []string, last *string) bool {
	if _, err := time.Parse(*last, f); *last != "" && err == nil {
		return true
	}
	for _, layout := range layouts {
		if _, err := time.Parse(layout, f); err == nil {
			*last = layout
			return true
		}
	}
	return false
}

// IsDateNumber reports whether a number is a date from 1900 to 2100, written as 20240131, or with a time of day as
// 202401312359 or 20240131235959.
func IsDateNumber(x float64) bool {
	if x != math.Trunc(x) {
		return false
	}
	if x >= 1900_01_01_00_00_00 { // with seconds
		if math.Mod(x, 100) > 59 {
			return false
		}
		x = math.Trunc(x / 100)
	}
	if x >= 1900_01_01_00_00 { // with hours and minutes
		if math.Mod(x, 100) > 59 || math.Mod(x, 100_00) >= 24_00 {
			return false
		}
		x = math.Trunc(x / 100_00)
	}
	if x < 1900_01_01 || x > 2100_12_31 {
		return false
	}
	year, month, day := int(x)/100_00, time.Month(int(x)/100%100), int(x)%100
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return date.Month() == month && date.Day() == day // otherwise the calendar has no such day
}
