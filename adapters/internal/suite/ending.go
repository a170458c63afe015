package suite

import "context"

// Ending is a context that ends once it was looked at so often more: Left. Its Done is that of Context.
type Ending struct {
	context.Context
	Left int
}

// Err counts the look.
func (e *Ending) Err() error {
	if e.Left == 0 {
		return context.Canceled
	}
	e.Left--
	return nil
}
