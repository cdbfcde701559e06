// The table of epochs.

package console

import (
	"fmt"
	"strconv"
	"strings"

	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Column is a column of the table of epochs.
type Column struct {
	Head  string
	Width int
	Cell  func(e *event.Epoch) string
}

// A Layout says what the table of epochs has to show.
type Layout struct {
	Epochs        int
	Classes       bool // the answers are classes, not numbers
	TrainAccuracy bool
	Valid, Test   int // samples in the validation set and in the test set
}

// Columns returns columns that fit into 80 characters. With a validation set or the training accuracy there is little
// room: then accuracies are in percent.
func (l Layout) Columns() []Column {
	narrow := l.Valid > 0 || l.TrainAccuracy
	score := func(set string, n int, accuracy func(*event.Epoch) *float64, count func(*event.Epoch) string) Column {
		if l.Classes && narrow {
			return Column{set + " acc", len(set) + 4, func(e *event.Epoch) string {
				return fmt.Sprintf("%.2f %%", 100**accuracy(e))
			}}
		}
		return Column{set + " " + ScoreName(l.Classes), ScoreWidth(l.Classes, n), count}
	}
	list := []Column{{"epoch", max(5, len(strconv.Itoa(l.Epochs))), epochColumn.Cell},
		costColumn("train", func(e *event.Epoch) *float64 { return &e.TrainCost })}
	if l.TrainAccuracy && l.Classes {
		list = append(list, score("train", 0, trainAccuracy, nil))
	}
	if l.Valid > 0 {
		list = append(list, costColumn("valid", func(e *event.Epoch) *float64 { return e.ValidCost }),
			score("valid", l.Valid, func(e *event.Epoch) *float64 { return e.ValidAccuracy }, validScore.Cell))
	}
	if l.Test > 0 {
		list = append(list, costColumn("test", func(e *event.Epoch) *float64 { return e.TestCost }),
			score("test", l.Test, testAccuracy, testScore.Cell))
	}
	if !narrow {
		list = append(list, speedColumn)
	}
	return append(list, Column{"time", 8, func(e *event.Epoch) string {
		return fmt.Sprintf("%6.2f s", max(e.Seconds, 0))
	}})
}

// NamedColumns are the tables of epochs that recipes ask for.
var NamedColumns = map[string][]Column{
	"counts": {epochColumn, trainLoss, testLoss, testScore,
		{"published", 12, func(e *event.Epoch) string { return e.Published }}, timeColumn},
	"decay": {epochColumn, trainLoss, validLoss, validScore, testScore, timeColumn},
	"losses": {epochColumn, trainLoss, testLoss,
		numberColumn("published", 9, "%.6f", func(e *event.Epoch) *float64 { return e.PublishedLoss }),
		numberColumn("train acc", 9, "%.4f", trainAccuracy),
		numberColumn("test acc", 8, "%.4f", testAccuracy),
		numberColumn("published", 9, "%.4f", func(e *event.Epoch) *float64 { return e.PublishedAccuracy }),
		timeColumn,
	},
}

var (
	epochColumn = Column{"epoch", 5, func(e *event.Epoch) string { return fmt.Sprint(e.Epoch) }}
	timeColumn  = Column{"time", 7, func(e *event.Epoch) string {
		if e.Epoch == 0 {
			return ""
		}
		return fmt.Sprintf("%.2f s", e.Seconds)
	}}
	speedColumn = Column{"samples/s", 10, func(e *event.Epoch) string {
		perSecond := float64(e.Samples) / e.Seconds
		if !(perSecond > 0 && perSecond < 1e12) { // the clock was set back
			return ""
		}
		return text.Count(int(perSecond))
	}}

	trainLoss = numberColumn("train loss", 10, "%.6f", func(e *event.Epoch) *float64 { return e.TrainLoss })
	validLoss = numberColumn("valid loss", 10, "%.6f", func(e *event.Epoch) *float64 { return e.ValidLoss })
	testLoss  = numberColumn("test loss", 9, "%.6f", func(e *event.Epoch) *float64 { return e.TestLoss })

	validScore = Column{"valid accuracy", 14, func(e *event.Epoch) string {
		return scoreCell(e.ValidN, e.ValidCorrect, e.ValidRMSE)
	}}
	testScore = Column{"test accuracy", 14, func(e *event.Epoch) string {
		return scoreCell(e.TestN, e.TestCorrect, e.TestRMSE)
	}}
)

func trainAccuracy(e *event.Epoch) *float64 { return e.TrainAccuracy }
func testAccuracy(e *event.Epoch) *float64  { return e.TestAccuracy }

// costColumn is the column of a cost that every epoch has.
func costColumn(set string, cost func(*event.Epoch) *float64) Column {
	return Column{set + " cost", 10, func(e *event.Epoch) string { return CostText(*cost(e)) }}
}

// numberColumn is the column of a value that may be nil.
func numberColumn(head string, width int, format string, value func(*event.Epoch) *float64) Column {
	return Column{head, width, func(e *event.Epoch) string {
		v := value(e)
		if v == nil {
			return ""
		}
		return fmt.Sprintf(format, *v)
	}}
}

// scoreCell is the score on a set of n samples, or empty if there is no such set.
func scoreCell(n, correct int, rmse *float64) string {
	if n == 0 {
		return ""
	}
	return ScoreText(n, correct, rmse)
}

// ScoreName returns the name of the score by which answers are judged.
func ScoreName(classes bool) string {
	if !classes {
		return "RMSE"
	}
	return "accuracy"
}

// ScoreText formats the RMSE with trailing zeros, or how many of n samples were classified correctly: "9585 / 10000".
func ScoreText(n, correct int, rmse *float64) string {
	if rmse == nil {
		return fmt.Sprintf("%d / %d", correct, n)
	}
	if s := fmt.Sprintf("%#.5g", *rmse); !strings.Contains(s, "e+") {
		return strings.TrimSuffix(s, ".")
	}
	return text.Significant(*rmse, 5)
}

// ScoreWidth is the width of a column of scores on n samples.
func ScoreWidth(classes bool, n int) int {
	if !classes {
		return 10
	}
	return max(14, 2*len(strconv.Itoa(n))+3)
}

// CostText formats a cost, ten characters wide.
func CostText(cost float64) string {
	if cost >= 1e4 {
		return fmt.Sprintf("%10s", text.Significant(cost, 4))
	}
	return fmt.Sprintf("%10.5f", cost)
}
