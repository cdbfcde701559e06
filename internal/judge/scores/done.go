package scores

import (
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// PrintDone prints what a training came to.
func PrintDone(p *console.Printer, e event.Done) {
	p.Printf("\n")
	if e.Best > 0 {
		p.Printf("best epoch      %d, by the validation part; its weights are kept\n", e.Best)
	}
	if e.TestAccuracy != nil {
		p.Printf("test accuracy   %.2f %%\n", 100**e.TestAccuracy)
	}
	if e.TrainRMSE != nil {
		p.Printf("training RMSE   %s\n", text.Significant(*e.TrainRMSE, 6))
	}
	if e.TestRMSE != nil {
		p.Printf("test RMSE       %s\n", text.Significant(*e.TestRMSE, 6))
	}
	Print(p, e.Quality)
	p.Printf("weights sha256  %s\n", e.Hash)
	p.Printf("total time      %.2f s\n", e.Seconds)
}
