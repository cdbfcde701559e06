// Package recipes has the experiments of the tutorials, and some from papers: for each, its flags, the numbers that its
// source printed, and what to look at. Recipes that train several times or make their own data also need code, which is
// in package lessons.
package recipes

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A Recipe is an experiment. The zero Recipe stands for a run without -recipe.
type Recipe struct {
	Name             string
	Source           string // whose experiment it is
	Shows            string // what it shows, in a few words
	Data             string // what it learns from, in a word
	Network          string
	Published        string // the result to compare with, as printed; or a remark that there is none
	Duration         string // how long it takes on two cores
	LookAt           string // what to look at
	Ours             string // what we chose because the source does not say it; "" if the source says everything
	Flags            string // its settings, as on a command line
	FlagsWithoutData string // further settings if -data is not given

	Images // its data, unless it makes others

	Printed      Printed   // what the source printed, after training
	Curve        []Printed // what the source printed after each epoch
	PrintsCounts bool      // the source printed how many answers were right, not a share
	Loss         string    // how the source defines its loss: half, mean, sum or decay; "" if it printed none
	Columns      string    // of the table of epochs: counts, decay or losses; "" for the usual ones

	ShowEpoch       func(epoch int) bool // whether to print an epoch; nil for all
	Axes            report.Axes          // of the curves in the report
	AllWeights      bool                 // the report's maps show every weight
	Examples        int                  // training images to show in the report
	InOrder         bool                 // the samples are not shuffled
	SamplesPerEpoch int                  // drawn at random; 0 for all
	NewWeightsEach  bool                 // each training of a sweep, and the final one, starts from new weights

	MakesData        bool // it can generate its data
	OwnDataOnly      bool // it does not work with other data
	TooFewToSplit    bool // its own data are too few to hold some out
	SeveralTrainings bool // it trains more than one network
	DrawsOnly        bool // it trains nothing
}

const (
	blog      = "a blog's derivation of backpropagation, with NumPy"
	sklearn   = "\"Yet another introduction to Neural Networks\" (notebook)"
	book      = "\"Notes on Neural Networks and Deep Learning, chapter 1\" (notebook)"
	matrices  = "a question about layers of different size, and its answer"
	lecture   = "\"Introduction to Neural Networks\" (lecture)"
	oursAlone = "ours"
)

// pages are the pages in docs/tutorials about the sources that are not papers.
var pages = map[string]string{blog: "derivation", sklearn: "digits", book: "nielsen", matrices: "matrix",
	lecture: "lecture", oursAlone: "nielsen"}

// Page returns the page about the recipe's source.
func (r *Recipe) Page() string {
	if r.OfPaper() {
		return "docs/records.md"
	}
	return "docs/tutorials/" + pages[r.Source] + ".md"
}

// Images are data that a recipe does not make itself.
type Images struct {
	Samples, Inputs int    // training and test set together
	Needs           string // what the recipe needs, and where to get it; "" if it works without them
}

var (
	mnist  = Images{70000, 784, "MNIST: -data ./mnist -download fetches it"}
	digits = Images{1797, 64, "the 8×8 digits of scikit-learn: -data with the path of digits.csv.gz, which is in " +
		"sklearn/datasets/data of an installed scikit-learn and of its sources " +
		"(https://github.com/scikit-learn/scikit-learn)"}
)

// All lists the recipes, in the order of -recipe list. In their texts, "published" means printed by the source, and
// "ours" means chosen by us.
var All = []Recipe{
	{
		Name: "derivation", Source: blog, Shows: "the four equations, trained on MNIST",
		Data: "MNIST", Network: "784-50-10 sigmoid", Published: "0.9545, loss 0.008204", Duration: "20 s",
		LookAt: "loss and accuracy improve most in the first epochs; the published loss falls until epoch 12 and " +
			"then hardly any more",
		Ours: "batch 10 and rate 1.5: the source does not show them. Of batches of 1, 10 and 20 with per-sample rates of " +
			"0.1 to 0.3, 0.15 fits the published curve best, equally for 1 and 10",
		Flags:  "-hidden 50 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 1.5 -epochs 30",
		Images: mnist, Loss: "mean", Columns: "losses",
		Curve: DerivationCurve, Printed: DerivationCurve[29], AllWeights: true,
	},
	{
		Name: "digits", Source: sklearn, Shows: "weight decay, chosen by validation",
		Data: "8×8 digits", Network: "64-48-32-10 sigmoid", Published: "test 0.9596, λ 0.5995", Duration: "10 s",
		LookAt: "for λ up to 1 the validation accuracy hardly changes, so chance decides which λ wins; with λ above " +
			"10 the network learns next to nothing. The loss begins near 2.3, which is guessing, and cannot fall " +
			"below 1.461",
		Ours: "2,000 epochs: the source does not show their number",
		Flags: "-hidden 48,32 -activation sigmoid -output sigmoid -cost ce -init glorot -batch 0 -momentum 0.9 -lr " +
			"0.2 -epochs 2000 -test 0.33 -valid 0.4 -split sklearn:111,123 -scale none -sweep l2=0.01:100:10",
		Images: digits, ShowEpoch: milestone, Loss: "decay", Columns: "decay",
		Printed: Printed{Accuracy: 0.959596, Valid: 0.964730, L2: 0.599484}, NewWeightsEach: true,
		Axes: report.Axes{Linear: true},
	},
	{
		Name: "nielsen", Source: book, Shows: "the network of Nielsen's book, chapter 1",
		Data: "MNIST", Network: "784-30-10 sigmoid", Published: "9454 of 10,000", Duration: "4 s",
		LookAt: "the right answers beside the published ones: most is learned in the first epoch",
		Ours:   "that the samples are shuffled, as in the book's program: the source does not show that line",
		Flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3 -epochs 10 " +
			"-valid 10000 -scale 256",
		Images: mnist, Loss: "half", Columns: "counts",
		Curve: NielsenCurve, Printed: NielsenCurve[9], PrintsCounts: true, Examples: 9,
	},
	{
		Name: "theano", Source: book, Shows: "the same without ½, in file order",
		Data: "MNIST", Network: "784-30-10 sigmoid", Published: "9411 of 10,000", Duration: "4 s",
		LookAt: "twice the effective rate, biases of 1, samples in the same order each time: about as good as " +
			"nielsen, unless an output dies in the first steps, as with seed 1",
		Ours: "that the samples stay in file order: no line that is shown shuffles them; and seed 2, because with 4 of " +
			"the seeds 1 to 30 an output dies, and only 85 or 86 % is right",
		Flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal:1 -seed 2 -batch 10 -lr 6 " +
			"-epochs 10 -valid 10000 -scale 256",
		Images: mnist, Loss: "sum", Columns: "counts", InOrder: true,
		Curve: TheanoCurve, Printed: TheanoCurve[9], PrintsCounts: true, Examples: 9,
	},
	{
		Name: "matrix", Source: matrices, Shows: "which shape each matrix has, what is transposed",
		Data: "MNIST or own", Network: "784-30-10 sigmoid", Published: "no numbers, only a plot of the cost", Duration: "2 s",
		LookAt: "the shapes: the first operand has as many columns as the second has rows. The cost jumps from batch " +
			"to batch, and falls all the same",
		Ours: "rate 0.1, batches of 100 and 500 epochs, which are not shown (each epoch is one of those batches, and the " +
			"weights change after each of its samples: -batch is 1); the numbers of the 3→2 layer; the " +
			"training with cross-entropy, which the answer only recommends",
		Flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init uniform:1 -batch 1 -lr 0.1 -epochs " +
			"500 -valid 10000 -scale 256",
		FlagsWithoutData: "-valid 0", Images: Images{Samples: mnist.Samples, Inputs: mnist.Inputs},
		ShowEpoch: milestone, SamplesPerEpoch: 100,
		MakesData: true, SeveralTrainings: true,
	},
	{
		Name: "unit", Source: lecture, Shows: "what one sigmoid unit can fit",
		Data: "own", Network: "1-1 and 1-2-1 sigmoid", Published: "no numbers, only pictures", Duration: "below 1 s",
		LookAt: "one unit rises or falls, and cannot do both: it fits x² with a flat line or one branch. The sum of a " +
			"rising and a falling unit can do both",
		Ours: "the random noise; start, rate and 20,000 passes for the two units",
		Flags: "-hidden none -activation sigmoid -output sigmoid -cost mse -init zero -batch 1 -lr 0.1 -epochs 100 " +
			"-scale none -test 0",
		ShowEpoch: milestone, TooFewToSplit: true, InOrder: true,
		MakesData: true, SeveralTrainings: true,
	},
	{
		Name: "linear", Source: lecture, Shows: "least squares, and the choice of Φ",
		Data: "own", Network: "3-2 linear", Published: "no numbers, only equations", Duration: "below 1 s",
		LookAt: "the two columns of numbers: one solved exactly, one found by gradient descent. Then how powers and " +
			"products of the inputs fit a curved function, and that hidden units fit it without being given them",
		Ours: "all data and settings: the lecture has the equations, and x⁵ and x³y² as examples",
		Flags: "-hidden none -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.5 -epochs 1000 -scale " +
			"standard -test 0",
		ShowEpoch: milestone, MakesData: true, SeveralTrainings: true,
	},
	{
		Name: "sine", Source: lecture, Shows: "a curve fitted through noise",
		Data: "own", Network: "1-20-1 tanh", Published: "no numbers, only pictures", Duration: "5 s",
		LookAt: "the training RMSE falls below the noise of 0.2, because the network learns the noise too; the " +
			"test RMSE stays higher",
		Ours: "the random noise; the comparison with one rate for both layers, with other starts, and with a " +
			"start from 0",
		Flags: "-hidden 20 -activation tanh -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.1,0.01 " +
			"-epochs 100000 -scale standard -test 0",
		ShowEpoch: milestone, MakesData: true, Axes: report.Axes{Linear: true, ScoreTo: 0.7, Every: 2000},
	},
	{
		Name: "activations", Source: lecture, Shows: "how the sigmoid is built; its slope",
		Data: "none", Network: "none", Published: "no numbers, only pictures", Duration: "below 1 s",
		LookAt: "y(1−y) is a hill of height ¼, and the sigmoid is the area under it; the slope of the polynomial " +
			"grows without limit, those of sigmoid and tanh fall to 0",
		Ours: "the table of values", DrawsOnly: true,
	},
	{
		Name: "perceptron", Source: oursAlone, Shows: "AND, OR, NAND learned, XOR not",
		Data: "own", Network: "2-1 threshold, 2-2-1", Published: "nothing", Duration: "below 1 s",
		LookAt: "XOR: no straight line separates 01 and 10 from 00 and 11, but two lines do",
		Ours:   "everything: the notes on Nielsen's chapter 1 define the perceptron but do not train it",
		Flags: "-hidden 2 -activation sigmoid -output sigmoid -cost bce -init uniform:0.2 -batch 0 -lr 1 -momentum " +
			"0.9 -epochs 5000 -scale none -test 0",
		ShowEpoch: milestone, TooFewToSplit: true, OwnDataOnly: true,
		MakesData: true, SeveralTrainings: true,
	},
	{
		Name: "plain", Source: "Simard et al. 2003", Shows: "one hidden layer, images as they are, dropout",
		Data: "MNIST", Network: "784-800-10 relu", Published: "98.4 %", Duration: "30 s",
		LookAt: "the training accuracy, measured with units dropped, and the test accuracy rise together",
		Ours:   "all settings but the size; the published network had no dropout", Printed: Printed{Accuracy: 0.984},
		Flags:  "-hidden 800 -lr 0.4 -schedule cosine -dropout 0.1,0.3 -epochs 24",
		Images: mnist, ShowEpoch: milestone,
	},
	{
		Name: "dropout", Source: "Srivastava et al. 2014", Shows: "units dropped at random, short weights",
		Data: "MNIST", Network: "784-1024-1024-1024-10 relu", Published: "98.94 %", Duration: "11 min",
		LookAt: "the training accuracy is measured with nearly half of the network dropped; the published run was " +
			"many times as long",
		Ours: "all settings but the size, and dropping a fifth of the inputs", Printed: Printed{Accuracy: 0.9894},
		Flags:  "-hidden 1024,1024,1024 -batch 64 -lr 0.3 -schedule cosine -dropout 0.2,0.4 -maxnorm 3 -epochs 70",
		Images: mnist, ShowEpoch: milestone,
	},
	{
		Name: "simard", Source: "Simard et al. 2003", Shows: "elastic distortions: no image twice",
		Data: "MNIST", Network: "784-800-10 relu", Published: "99.3 %", Duration: "4 min",
		LookAt: "the same network as in plain, and about half the errors",
		Ours:   "all settings but the size", Printed: Printed{Accuracy: 0.993},
		Flags:  "-hidden 800 -lr 0.4 -schedule cosine -augment affine:0.6,elastic:0.8 -epochs 120",
		Images: mnist, ShowEpoch: milestone,
	},
	{
		Name: "best", Source: "Cireşan et al. 2010", Shows: "the best of a plain network",
		Data: "MNIST", Network: "784-1500-1000-500-10 relu", Published: "99.65 %", Duration: "21 min",
		LookAt: "the published network has 12 million weights and was trained on a GPU; this one has a quarter of them",
		Ours:   "all settings, and the size", Printed: Printed{Accuracy: 0.9965},
		Flags: "-hidden 1500,1000,500 -batch 64 -lr 0.5 -schedule cosine -augment affine:1.6,elastic:1.3,smooth:1.5 " +
			"-epochs 120",
		Images: mnist, ShowEpoch: milestone,
	},
}

// Find returns the recipe with the given name; nil if there is none.
func Find(name string) *Recipe {
	if i := slices.Index(Names(), name); i >= 0 {
		return &All[i]
	}
	return nil
}

// Names returns the names of all recipes.
func Names() (names []string) {
	for _, r := range All {
		names = append(names, r.Name)
	}
	return names
}

// OfPaper reports whether the experiment is from a paper, not from a tutorial.
func (r *Recipe) OfPaper() bool { return strings.Contains(r.Source, " et al. ") }

// EpochSamples returns how many of the n training samples an epoch uses.
func (r *Recipe) EpochSamples(n int) int {
	if r.SamplesPerEpoch > 0 {
		return min(r.SamplesPerEpoch, n)
	}
	return n
}

// ExplainMissing adds advice to err, the error of reading the data at path: it says where to get the data that the
// recipe needs.
func (r *Recipe) ExplainMissing(path string, err error) error {
	if r.Needs == "" {
		return err
	}
	if _, statErr := os.Stat(path); errors.Is(statErr, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no such folder or file", path)
	}
	return fmt.Errorf("%w; -recipe %s needs %s", err, r.Name, r.Needs)
}

// CheckData returns an error if the recipe needs images and the data are a table.
func (r *Recipe) CheckData(path string, d *dataset.Dataset) error {
	if r.Needs == "" || d.Train.Pixels != nil {
		return nil
	}
	return r.ExplainMissing(path, fmt.Errorf("%s: it is a table of %s with %s, not images", path,
		text.Plural(d.Train.N, "sample"), text.Plural(d.Train.Dim, "input")))
}

// milestone reports whether the epoch is 0, 1, 2, 5, 10, 20, 50 and so on.
func milestone(epoch int) bool {
	first := strings.TrimRight(strconv.Itoa(epoch), "0")
	return slices.Contains([]string{"", "1", "2", "5"}, first)
}

// Facts returns what the report says about the recipe, as pairs of name and value.
func (r *Recipe) Facts(epochs int, changed []string) [][2]string {
	facts := [][2]string{{"recipe", r.Name + ": " + r.Shows}, {"source", r.Source},
		{"published", r.Describe(r.PrintedAtEnd(epochs))}, {"look at", r.LookAt}}
	if len(changed) > 0 {
		facts = append(facts, [2]string{"changed", strings.Join(changed, ", ")})
	}
	if r.Ours != "" {
		facts = append(facts, [2]string{"ours", r.Ours})
	}
	return facts
}
