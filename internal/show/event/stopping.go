package event

// EarlyStopping remembers the epoch that did best on the validation set, and says when to stop (Prechelt 1998, "Early
// stopping — but when?").
type EarlyStopping struct {
	Patience int // stop after this many epochs without a better one; 0 never stops
	Best     Epoch
	Epoch    int // number of the last epoch
}

// Observe takes the next epoch and reports whether it is the best so far.
func (s *EarlyStopping) Observe(e Epoch) bool {
	s.Epoch = e.Epoch
	if s.Best.Epoch > 0 && !e.Better(s.Best) {
		return false
	}
	s.Best = e
	return true
}

// Exhausted reports whether it is time to stop.
func (s *EarlyStopping) Exhausted() bool { return s.Patience > 0 && s.Epoch-s.Best.Epoch >= s.Patience }
