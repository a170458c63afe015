package documenttest

import (
	"runtime"
	"time"
)

// Growth is how much more work there is for ten times the operations, over ten: 1 is
// linear, 10 is quadratic. work measures it for that many.
func Growth(operations int, work func(operations int) float64) float64 {
	return work(10*operations) / work(operations) / 10
}

// Allocated is how many bytes do allocates, whatever else the machine has to do:
// what is copied again and again shows here.
func Allocated(do func()) float64 {
	do() // what is made once for all does not count
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// Fastest is the least time that do took in several turns: what is only looked
// through allocates nothing, and the least time depends least on what else the
// machine has to do.
func Fastest(do func()) float64 {
	least := time.Duration(1<<63 - 1)
	for range 20 {
		start := time.Now()
		do()
		least = min(least, time.Since(start))
	}
	return float64(least)
}
