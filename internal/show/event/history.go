package event

// maxHistory is the largest number of epochs in a history. It keeps memory and checkpoints from growing with the length
// of a training.
const maxHistory = 4096

// AppendEpoch appends e to the history. If there is no room left, it first removes every second epoch, but never the
// first one, nor the best one on the validation set.
func AppendEpoch(history []Epoch, e Epoch) []Epoch {
	if len(history) < maxHistory {
		return append(history, e)
	}
	best := 0
	for i, h := range history {
		if h.Better(history[best]) {
			best = i
		}
	}
	kept := history[:0]
	for i, h := range history {
		if i%2 == 0 || i == best {
			kept = append(kept, h)
		}
	}
	return append(kept, e)
}
