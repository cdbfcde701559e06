package modelfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each case changes one place of a file as network2.py writes it.
func TestReadRefusesADamagedFileOfNetwork2(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.json")
	const good = `{"sizes":[2,1],"weights":[[[1,2]]],"biases":[[[3]]],"cost":"QuadraticCost"}`
	for _, c := range []struct{ old, new, want string }{
		{`}`, ``, "JSON as of Nielsen's network2.py was expected: the file was cut off"},
		{`}`, `} {}`, "there is more text after the network"},
		{`[1,2]`, `[1,NaN]`, "JSON as of Nielsen's network2.py was expected: invalid character"},
		{`[1,2]`, `[1]`, "weights of layer 1: row 1 has 1 number, and the sizes ask for 2"},
		{`[[3]]`, `[[3],[4]]`, "biases of layer 1: 2 rows, and the sizes ask for 1"},
		{`[2,1]`, `[2,1,1]`, "3 sizes, 1 layers of weights and 1 of biases"},
		{`[[3]]]`, `[[3]],[[3]]]`, "2 sizes, 1 layers of weights and 2 of biases"},
		{`[[1,2]]]`, `[[1,2]],[[1]]]`, "2 sizes, 2 layers of weights and 1 of biases"},
		{`[2,1],"weights":[[[1,2]]],"biases":[[[3]]]`, `[2]`, "1 sizes, 0 layers of weights and 0 of biases"},
		{`[2,1]`, `[2,-1]`, "sizes [2 -1]: each has to be at least 1"},
		{`[2,1],"weights":[[[1,2]]],"biases":[[[3]]]`, `[2,0],"weights":[[]],"biases":[[]]`,
			"sizes [2 0]: each has to be at least 1"},
		{`[2,1],"weights":[[[1,2]]]`, `[0,1],"weights":[[[]]]`, "sizes [0 1]: each has to be at least 1"},
		{"Quadratic", "Cubic", `cost "CubicCost": expected QuadraticCost or CrossEntropyCost`},
		{`"cost"`, `"metadata":{"backprop":"9"},"cost"`,
			`metadata: it is of version "9", and this program reads 1`},
		{`"cost"`, `"metadata":{"backprop":"1"},"cost"`, `__metadata__: "sizes" is ""`},
	} {
		if err := os.WriteFile(path, []byte(strings.Replace(good, c.old, c.new, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		wantError(t, c.new+" for "+c.old, err, path+": "+c.want)
	}
	if !IsNielsen(strings.NewReader(good)) || IsNielsen(strings.NewReader("{}")) {
		t.Errorf("is %s a network, and {} not? got %v, %v", good, IsNielsen(strings.NewReader(good)),
			!IsNielsen(strings.NewReader("{}")))
	}
}
