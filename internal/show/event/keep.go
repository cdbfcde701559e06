package event

// most is how many epochs of a run are kept at the most, so that memory and checkpoints do not grow with its epochs.
const most = 4096

// Keep appends an epoch to those before it. Of more than there is room for, every second is left out, but the first,
// the last, and the best by the validation part.
func Keep(history []Epoch, e Epoch) []Epoch {
	if len(history) < most {
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
		if i%2 == 0 || i == best || i == len(history)-1 {
			kept = append(kept, h)
		}
	}
	return append(kept, e)
}
