// Package slow says what a command does, where that takes long.
package slow

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Patience is how long a step may take before it is said what it does.
const Patience = 2 * time.Second

// Teller says on Out what a step does that takes longer than Patience, in one line, and
// nothing of a quick one. The zero value tells nobody.
type Teller struct{ Out io.Writer }

// Watched is a Teller to whoever watches w: nobody does if that is no file, such as standard
// error, but kept in memory.
func Watched(w io.Writer) Teller {
	if _, is := w.(*os.File); is {
		return Teller{Out: w}
	}
	return Teller{}
}

// Step does one step, and returns its error. What is written to Out otherwise is written
// before or after it.
func (t Teller) Step(what string, do func() error) error {
	var mutex sync.Mutex
	over := false
	timer := time.AfterFunc(Patience, func() {
		mutex.Lock()
		defer mutex.Unlock()
		if !over && t.Out != nil {
			fmt.Fprintf(t.Out, "%s ...\n", what)
		}
	})
	defer func() {
		timer.Stop()
		mutex.Lock()
		over = true
		mutex.Unlock()
	}()
	return do()
}
