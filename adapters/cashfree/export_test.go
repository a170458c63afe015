package cashfree

import "io"

// SeedFrom makes a take the seeds of its signatures from random.
func (a *Adapter) SeedFrom(random io.Reader) { a.random = random }
