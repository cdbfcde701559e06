// Pool: several goroutines that take pieces of work in turn, and others that wait for what they came to.

package trials

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"backprop/internal/show/event"
)

// A pool does numbered pieces of work, so many at a time and in their order.
type pool struct {
	cancel  context.CancelFunc
	workers sync.WaitGroup
	begun   atomic.Int64    // how many pieces somebody has begun, or wanted to begin beyond the last
	done    []chan struct{} // closed when that piece is done
	errs    []error
}

// begin has n pieces of work done. The pool must be stopped.
func begin(ctx context.Context, atATime, n int, work func(ctx context.Context, i int) error) *pool {
	ctx, cancel := context.WithCancel(ctx)
	p := &pool{cancel: cancel, done: make([]chan struct{}, n), errs: make([]error, n)}
	for i := range p.done {
		p.done[i] = make(chan struct{})
	}
	for range min(atATime, n) {
		p.workers.Go(func() {
			for i := p.next(); i < n; i = p.next() {
				p.errs[i] = work(ctx, i)
				close(p.done[i])
			}
		})
	}
	return p
}

func (p *pool) next() int { return int(p.begun.Add(1)) - 1 }

// wait waits for a piece of work, and returns its error.
func (p *pool) wait(i int) error {
	<-p.done[i]
	return p.errs[i]
}

// stop interrupts what is still going on, and waits for its end.
func (p *pool) stop() {
	p.cancel()
	p.workers.Wait()
}

// SideBySide does n pieces of work, so many at a time. Where one fails, the others do not go on; it is named, with
// its error, before those that were interrupted.
func SideBySide(ctx context.Context, atATime, n int, work func(ctx context.Context, i int) error) (which int,
	err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := begin(ctx, atATime, n, func(ctx context.Context, i int) error {
		err := work(ctx, i)
		if err != nil {
			cancel()
		}
		return err
	})
	p.workers.Wait()
	p.cancel()
	for i, err := range p.errs {
		if err != nil && !errors.Is(err, event.ErrInterrupted) {
			return i, err
		}
	}
	return 0, cmp.Or(p.errs...)
}
