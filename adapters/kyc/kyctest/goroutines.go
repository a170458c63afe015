package kyctest

import (
	"runtime"
	"strings"
	"time"
)

// goroutines are those that run, by their numbers, each with the function that made it.
func goroutines() map[string]string {
	stacks := make([]byte, 1<<20)
	for {
		n := runtime.Stack(stacks, true)
		if n < len(stacks) {
			stacks = stacks[:n]
			break
		}
		stacks = make([]byte, 2*len(stacks))
	}
	all := map[string]string{}
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		number, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		_, made, _ := strings.Cut(stack, "\ncreated by ")
		made, _, _ = strings.Cut(made, " in goroutine ")
		made, _, _ = strings.Cut(made, "\n")
		all[number] = made
	}
	return all
}

// leaked waits until no goroutine runs that is not among before. If one does not end, it says
// who made it.
func leaked(before map[string]string) string {
	const pause = time.Millisecond
	left := ""
	for range generous / pause {
		left = ""
		for number, made := range goroutines() {
			if _, known := before[number]; !known {
				left = "made by " + made
			}
		}
		if left == "" {
			return ""
		}
		time.Sleep(pause)
	}
	return left
}
