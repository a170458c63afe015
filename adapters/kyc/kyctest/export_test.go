package kyctest

import (
	"testing"
	"time"
)

// Hurry has checks wait no longer than that for what happens at once, until the test ends.
func Hurry(t *testing.T, wait time.Duration) {
	before := generous
	generous = wait
	t.Cleanup(func() { generous = before })
}

// Printed is a value in all ways of printing it.
var Printed = printed

// Dated is the Date of each answer of the checks' server.
var Dated = dated
