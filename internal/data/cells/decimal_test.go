package cells

import (
	"testing"

	"backprop/internal/data/field"
)

// TestDecimalMark: one mark is decimal in a whole table. A single number that shows which is enough, and the others are
// read like it.
func TestDecimalMark(t *testing.T) {
	const comma, groups = "; numbers have a decimal comma: ", "; numbers have a comma between thousands: "
	const both, points = "; numbers have a decimal comma, and a point between thousands: ",
		"; numbers have a point between thousands: "
	for _, c := range []tableCase{
		{"decimal points", "a,b\n1.5,1.234\n2.5,2.345\n", "1.5 2.5 | 1.234 2.345"},
		{"three digits after a point, between commas", "a,b\n1.234,7\n2.345,8\n", "1.234 2.345 | 7 8"},
		{"three digits after a point, between tabs", "a\tb\n1.234\t7\n2.345\t8\n", "1.234 2.345 | 7 8"},
		{"three digits after a comma, in quotes", "a,b\n7,\"210,107\"\n8,\"1,234\"\n",
			"7 8 | 210107 1234" + groups + `"210,107" in line 2 is 210107`},
		{"another column shows a decimal comma", "a;b\n51,5;119.710\n12;868.215\n",
			"51.5 12 | 119710 868215" + both + `"51,5" in line 2 is 51.5, and "119.710" in line 2 is 119710`},
		{"a later row shows a decimal comma", "a;b\n119.710;1\n868;2\n1.234,5;3\n",
			"119710 868 1234.5 | 1 2 3" + both + `"1.234,5" in line 4 is 1234.5, and "119.710" in line 2 is 119710`},
		{"119.000 and 119 are different numbers", "a;b\n119.000;0,5\n119;1,5\n",
			"119000 119 | 0.5 1.5" + both + `"0,5" in line 2 is 0.5, and "119.000" in line 2 is 119000`},
		{"another column shows a decimal point", "a;b\n1.5;1,234\n12;868,215\n",
			"1.5 12 | 1234 868215" + groups + `"1,234" in line 2 is 1234`},
		{"two points in a number group thousands", "a;b\n1.234.567;119.710\n12;868.215\n",
			"1234567 12 | 119710 868215" + both + `"1.234.567" in line 2 is 1234567, and "119.710" in line 2 is 119710`},
		{"decimal commas", "a;b\n1,5;x\n2,25e1;y\n3;x\n", `1.5 22.5 3 | "x" "y" "x"` + comma + `"1,5" in line 2 is 1.5`},
		{"decimal commas in quotes", "a,b\n\"0,117\",\"27,839\"\n\"-1,026\",\"1,5\"\n",
			"0.117 -1.026 | 27.839 1.5" + comma + `"0,117" in line 2 is 0.117`},
		{"thousands in quotes, and decimal points", "a,b\n\"1,234\",0.5\n\"12,345\",1.5\n",
			"1234 12345 | 0.5 1.5" + groups + `"1,234" in line 2 is 1234`},
		{"money has no three decimals: points group", "a;b\n1;119.710 €\n2;868.215 €\n",
			"1 2 | 119710 868215 in €" + points + `"119.710 €" in line 2 is 119710`},
		{"money has no three decimals: commas group", "a;b\n1;$119,710\n2;$868,215\n",
			"1 2 | 119710 868215 in $" + groups + `"$119,710" in line 2 is 119710`},
		{"a clear number counts more than money", "a;b\n1,5;$119,710\n2;$868,215\n",
			"1.5 2 | 119.71 868.215 in $" + comma + `"1,5" in line 2 is 1.5`},
		{"negative amounts", "a;b\n7;(1.234,50 €)\n9-;8,00 €\n",
			"7 -9 | -1234.5 8 in €" + comma + `"(1.234,50 €)" in line 2 is -1234.5; ` +
				`numbers in brackets, or with the minus after them, are negative: "9-" in line 3 is -9`},
		{"without a header", "51,5;119.710\n12;868.215\n",
			"51.5 12 | 119710 868215" + both + `"51,5" in line 1 is 51.5, and "119.710" in line 1 is 119710`},
		{"blanks around fields", "a;b\n7 ;1\n119.710 ;2,5\n868.215;3\n",
			"7 119710 868215 | 1 2.5 3" + both + `"2,5" in line 3 is 2.5, and "119.710" in line 3 is 119710`},
		{"words show nothing", "a;b\nv1,5;3.25\n1,5 2,5;1.75\n", `"v1,5" "1,5 2,5" | 3.25 1.75`},
		{"numbers among words show nothing", "a;b\n1,5;3.25\nx;1.75\ny;0.5\n", `1.5 "x" "y" | 3.25 1.75 0.5`},
		{"lists in quotes stay words", "a,b\n\"28,12\",1\n\"28,12,7\",2\n16,3\n\"A\",4\n",
			`"28,12" "28,12,7" 16 "A" | 1 2 3 4`},
	} {
		c.run(t)
	}
}

// TestUnclearDecimalMark: if no number shows which mark is decimal, or two show different ones, numbers would be read a
// thousand times too large or too small, so the table is refused.
func TestUnclearDecimalMark(t *testing.T) {
	const open = ", and no number of the table shows which; write one of them so that it does " +
		"(with one more digit after a decimal "
	const point, comma = open + "point, or without the mark), or leave the column out with -ignore",
		open + "comma, or without the mark), or leave the column out with -ignore"
	const write = "write all numbers of the table in one way, or leave one of the columns out with -ignore"
	for _, c := range []tableCase{
		{"three digits after a point, between semicolons", "a;b\n1.234;7\n2.345;8\n",
			`line 2, column 1 "a": "1.234" can be 1.234 or 1234` + point},
		{"three digits after a comma, between semicolons", "a;b\n7;210,107\n8;1,234\n",
			`line 2, column 2 "b": "210,107" can be 210.107 or 210107` + comma},
		{"three digits after a comma, between tabs", "a\tb\n7\t210,107\n8\t1,234\n",
			`line 2, column 2 "b": "210,107" can be 210.107 or 210107` + comma},
		{"without a header", "7;1,234\n8;2,345\n", `line 1, column 2: "1,234" can be 1.234 or 1234` + comma},
		{"money in both ways", "a;b\n1.234 €;$1,234\n2.345 €;$2,345\n",
			`line 2, column 2 "b": "$1,234" can be 1.234 or 1234` + comma},
		{"decimal commas and points", "a;b\n51,5;3.25\n12;1.75\n",
			`line 2, column 1 "a": "51,5" has a decimal comma, and "3.25" in line 2, column 2 "b" a decimal point; ` + write},
		{"decimal commas and points, without a header", "1,5;2.5\n2;3.5\n",
			`line 1, column 1: "1,5" has a decimal comma, and "2.5" in line 1, column 2 a decimal point; ` + write},
	} {
		c.run(t)
	}
	ignored := Hints{Ignored: []bool{true, false}}
	if got, want := resolved("a;b\n51,5;3.25\n12;1.75\n", ignored), "51.5 12 | 3.25 1.75"; got != want {
		t.Errorf("an ignored column shows a decimal comma: got %s, want %s", got, want)
	}
}

// TestDecimalMarkOfTestTable: a test table is read with the decimal mark of the training table, unless it shows another
// itself.
func TestDecimalMarkOfTestTable(t *testing.T) {
	known := []KnownColumn{{Numeric: true, Unit: "€"}, {Words: []string{"-"}}}
	for _, c := range []struct {
		file    string
		decimal field.Form
		want    string
	}{
		{"a;b\n1.234;x\n5 €;-\n", field.DecimalComma,
			`1234 5 in € | "x" "-"; numbers have a point between thousands: "1.234" in line 2 is 1234`},
		{"a;b\n1.234;x\n5 €;-\n", field.DecimalPoint, `1.234 5 in € | "x" "-"`},
		{"a;b\n1,234;x\n5 €;-\n", field.DecimalComma,
			`1.234 5 in € | "x" "-"; numbers have a decimal comma: "1,234" in line 2 is 1.234`},
		{"a;b\n1.234;x\n5.5 €;-\n", field.DecimalComma, `1.234 5.5 in € | "x" "-"`},
		{"a;b\n1.234;x\n5 $;-\n", field.DecimalPoint, `1.234 "5 $" | "x" "-"`},
	} {
		if got := resolved(c.file, Hints{Decimal: c.decimal, Columns: known}); got != c.want {
			t.Errorf("%q, decimal mark %d: got %s, want %s", c.file, c.decimal, got, c.want)
		}
	}
}
