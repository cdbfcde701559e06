// A pool does several jobs at a time, while callers wait for their results.

package trials

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"backprop/internal/show/event"
)

// A pool does numbered jobs in their order, several at a time.
type pool struct {
	cancel  context.CancelFunc
	workers sync.WaitGroup
	begun   atomic.Int64    // jobs begun; may exceed n, when workers have looked for another job in vain
	done    []chan struct{} // each is closed when its job is done
	errs    []error
}

// startPool starts n jobs, atATime of them at once. The caller must stop the pool.
func startPool(ctx context.Context, atATime, n int, job func(ctx context.Context, i int) error) *pool {
	ctx, cancel := context.WithCancel(ctx)
	p := &pool{cancel: cancel, done: make([]chan struct{}, n), errs: make([]error, n)}
	for i := range p.done {
		p.done[i] = make(chan struct{})
	}
	for range min(atATime, n) {
		p.workers.Go(func() {
			for i := p.next(); i < n; i = p.next() {
				p.errs[i] = job(ctx, i)
				close(p.done[i])
			}
		})
	}
	return p
}

// next returns the number of the next job.
func (p *pool) next() int { return int(p.begun.Add(1)) - 1 }

// wait waits for the end of job i, and returns its error.
func (p *pool) wait(i int) error {
	<-p.done[i]
	return p.errs[i]
}

// stop interrupts the jobs that are not done, and waits for their end.
func (p *pool) stop() {
	p.cancel()
	p.workers.Wait()
}

// SideBySide does n jobs, atATime of them at once. If one fails, it interrupts the others, and returns the number and
// the error of the failed job.
func SideBySide(ctx context.Context, atATime, n int, job func(ctx context.Context, i int) error) (which int,
	err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := startPool(ctx, atATime, n, func(ctx context.Context, i int) error {
		err := job(ctx, i)
		if err != nil {
			cancel()
		}
		return err
	})
	p.workers.Wait()
	for i, err := range p.errs {
		if err != nil && !errors.Is(err, event.ErrInterrupted) {
			return i, err
		}
	}
	return 0, cmp.Or(p.errs...) // all is well, or the caller interrupted the jobs
}
