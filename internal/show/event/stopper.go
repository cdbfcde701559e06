package event

// A Stopper is early stopping (Prechelt 1998, "Early stopping — but when?"): it keeps the
// epoch that did best by the validation part.
type Stopper struct {
	Patience int // epochs without a better one; 0 never stops
	Best     Epoch
	Epoch    int // the last one
}

// Better takes note of the next epoch and says whether it is the best so far.
func (s *Stopper) Better(e Epoch) bool {
	s.Epoch = e.Epoch
	if s.Best.Epoch > 0 && !e.Better(s.Best) {
		return false
	}
	s.Best = e
	return true
}

// Exhausted says that patience is at its end.
func (s *Stopper) Exhausted() bool { return s.Patience > 0 && s.Epoch-s.Best.Epoch >= s.Patience }
