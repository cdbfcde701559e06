package trials

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"backprop/internal/show/event"
)

// TestSideBySide: all jobs are done, and never more at a time than asked for.
func TestSideBySide(t *testing.T) {
	for _, atATime := range []int{1, 3, 20} {
		var now, most atomic.Int64
		done := make([]int, 10)
		which, err := SideBySide(t.Context(), atATime, 10, func(_ context.Context, i int) error {
			most.Store(max(most.Load(), now.Add(1)))
			done[i]++
			time.Sleep(time.Millisecond) // so that others could begin
			now.Add(-1)
			return nil
		})
		if which != 0 || err != nil || most.Load() > int64(atATime) || !slices.Equal(done, slices.Repeat([]int{1}, 10)) {
			t.Errorf("%d at a time: got %d, %v, %d at once, each so often: %v", atATime, which, err, most.Load(), done)
		}
	}
}

// TestSideBySideFails: the error is that of the job that failed, not of those which are interrupted because of it.
func TestSideBySideFails(t *testing.T) {
	which, err := SideBySide(t.Context(), 3, 10, func(ctx context.Context, i int) error {
		if i == 2 {
			return errors.New("too far")
		}
		<-ctx.Done()
		return fmt.Errorf("%w in epoch 1", event.ErrInterrupted)
	})
	if which != 2 || fmt.Sprint(err) != "too far" {
		t.Errorf("got job %d, %v; want job 2, too far", which, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = SideBySide(ctx, 2, 3, func(ctx context.Context, i int) error {
		if ctx.Err() == nil {
			t.Errorf("job %d was not interrupted", i)
		}
		return event.ErrInterrupted
	})
	if !errors.Is(err, event.ErrInterrupted) {
		t.Errorf("all interrupted: got %v", err)
	}
}

// TestPoolStops: stop interrupts the jobs that are not done, and returns when they have ended.
func TestPoolStops(t *testing.T) {
	var ended atomic.Int64
	p := startPool(t.Context(), 2, 2, func(ctx context.Context, i int) error {
		if i == 0 {
			return errors.New("the first")
		}
		<-ctx.Done()
		time.Sleep(time.Millisecond)
		ended.Add(1)
		return ctx.Err()
	})
	if err := p.wait(0); fmt.Sprint(err) != "the first" {
		t.Errorf("job 0: got %v", err)
	}
	p.stop()
	if ended.Load() != 1 {
		t.Error("job 1 goes on after stop")
	}
	if err := p.wait(1); err != context.Canceled {
		t.Errorf("job 1: got %v, want %v", err, context.Canceled)
	}
}
