// Columns: the table of epochs.

package console

import (
	"fmt"
	"strconv"
	"strings"

	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Column is one of a recipe's table of epochs.
type Column struct {
	Head  string
	Width int
	Cell  func(e *event.Epoch) string
}

func lossCell(loss func(e *event.Epoch) *float64) func(e *event.Epoch) string {
	return func(e *event.Epoch) string { return number(loss(e), "%.6f") }
}

// number is *v in that format, or nothing where there is no v.
func number(v *float64, format string) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf(format, *v)
}

var (
	epochColumn = Column{"epoch", 5, func(e *event.Epoch) string { return fmt.Sprint(e.Epoch) }}
	timeColumn  = Column{"time", 7, func(e *event.Epoch) string {
		if e.Epoch == 0 {
			return ""
		}
		return fmt.Sprintf("%.2f s", e.Seconds)
	}}
	trainLoss = Column{"train loss", 10, lossCell(func(e *event.Epoch) *float64 { return e.TrainLoss })}
	validLoss = Column{"valid loss", 10, lossCell(func(e *event.Epoch) *float64 { return e.ValidLoss })}
	testLoss  = Column{"test loss", 9, lossCell(func(e *event.Epoch) *float64 { return e.TestLoss })}

	validAccuracy = Column{"valid accuracy", 14, func(e *event.Epoch) string {
		return partScore(e.ValidN, e.ValidCorrect, e.ValidRMSE)
	}}
	testAccuracy = Column{"test accuracy", 14, func(e *event.Epoch) string {
		return partScore(e.TestN, e.TestCorrect, e.TestRMSE)
	}}
	publishedCount = Column{"published", 12, func(e *event.Epoch) string { return e.Published }}

	countColumns = []Column{epochColumn, trainLoss, testLoss, testAccuracy, publishedCount, timeColumn}
	decayColumns = []Column{epochColumn, trainLoss, validLoss, validAccuracy, testAccuracy, timeColumn}
	lossColumns  = []Column{epochColumn, trainLoss, testLoss,
		{"published", 9, lossCell(func(e *event.Epoch) *float64 { return e.PublishedLoss })},
		{"train acc", 9, func(e *event.Epoch) string { return number(e.TrainAccuracy, "%.4f") }},
		{"test acc", 8, func(e *event.Epoch) string { return number(e.TestAccuracy, "%.4f") }},
		{"published", 9, func(e *event.Epoch) string { return number(e.PublishedAccuracy, "%.4f") }},
		timeColumn,
	}
)

// partScore is a part's score, or nothing where there is no such part.
func partScore(n, correct int, rmse *float64) string {
	if n == 0 {
		return ""
	}
	return ScoreText(n, correct, rmse)
}

// A Layout is what the table of epochs has to show.
type Layout struct {
	Epochs        int
	Classes       bool // else numbers to predict
	TrainAccuracy bool
	Valid, Test   int // samples of these parts
}

// Columns are those of the table of epochs, within 80 characters. With a validation part or the
// training accuracy there is little room, so accuracies are in percent.
func (l Layout) Columns() (list []Column) {
	narrow := l.Valid > 0 || l.TrainAccuracy
	cost := func(of func(e *event.Epoch) *float64) func(*event.Epoch) string {
		return func(e *event.Epoch) string { return CostText(*of(e)) }
	}
	scored := func(part string, n int, of func(e *event.Epoch) (*float64, int, *float64)) Column {
		if l.Classes && narrow {
			return Column{part + " acc", len(part) + 4, func(e *event.Epoch) string {
				accuracy, _, _ := of(e)
				return fmt.Sprintf("%.2f %%", 100**accuracy)
			}}
		}
		return Column{part + " " + ScoreName(l.Classes), ScoreWidth(l.Classes, n), func(e *event.Epoch) string {
			_, correct, rmse := of(e)
			return ScoreText(n, correct, rmse)
		}}
	}
	list = append(list, Column{"epoch", max(5, len(strconv.Itoa(l.Epochs))), epochColumn.Cell},
		Column{"train cost", 10, cost(func(e *event.Epoch) *float64 { return &e.TrainCost })})
	if l.TrainAccuracy && l.Classes {
		list = append(list, scored("train", 0, func(e *event.Epoch) (*float64, int, *float64) {
			return e.TrainAccuracy, 0, nil
		}))
	}
	if l.Valid > 0 {
		list = append(list, Column{"valid cost", 10, cost(func(e *event.Epoch) *float64 { return e.ValidCost })},
			scored("valid", l.Valid, func(e *event.Epoch) (*float64, int, *float64) {
				return e.ValidAccuracy, e.ValidCorrect, e.ValidRMSE
			}))
	}
	if l.Test > 0 {
		list = append(list, Column{"test cost", 10, cost(func(e *event.Epoch) *float64 { return e.TestCost })},
			scored("test", l.Test, func(e *event.Epoch) (*float64, int, *float64) {
				return e.TestAccuracy, e.TestCorrect, e.TestRMSE
			}))
	}
	if !narrow {
		list = append(list, speedColumn)
	}
	return append(list, Column{"time", 8, func(e *event.Epoch) string {
		return fmt.Sprintf("%6.2f s", max(e.Seconds, 0))
	}})
}

// speedColumn is samples a second, since the line before.
var speedColumn = Column{"samples/s", 10, func(e *event.Epoch) string {
	perSecond := float64(e.Samples) / e.Seconds
	if !(perSecond > 0 && perSecond < 1e12) { // a clock that is set back says nothing
		return ""
	}
	return text.Count(int(perSecond))
}}

// NamedColumns are the tables of epochs that recipes ask for.
var NamedColumns = map[string][]Column{"counts": countColumns, "decay": decayColumns, "losses": lossColumns}

// ScoreName is what the answers are judged by.
func ScoreName(classes bool) string {
	if !classes {
		return "RMSE"
	}
	return "accuracy"
}

// ScoreText is what stands in such a column: the RMSE, with trailing zeros, or how many of n were right.
func ScoreText(n, correct int, rmse *float64) string {
	if rmse != nil {
		if text := fmt.Sprintf("%#.5g", *rmse); !strings.Contains(text, "e+") {
			return strings.TrimSuffix(text, ".")
		}
		return text.Significant(*rmse, 5)
	}
	return fmt.Sprintf("%d / %d", correct, n)
}

// CostText is a cost, ten characters wide.
func CostText(cost float64) string {
	if cost >= 1e4 {
		return fmt.Sprintf("%10s", text.Significant(cost, 4))
	}
	return fmt.Sprintf("%10.5f", cost)
}

// ScoreWidth is the width of a column such as "9585 / 10000".
func ScoreWidth(classes bool, n int) int {
	if !classes {
		return 10
	}
	return max(14, 2*len(strconv.Itoa(n))+3)
}
