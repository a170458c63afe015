// Package saying says times as people say them.
package saying

import (
	"fmt"
	"time"
)

// Duration is d as people say it: "2 hours", "an hour and 5 minutes", "a moment".
func Duration(d time.Duration) string {
	for _, unit := range []struct {
		name, one string
		length    time.Duration
		next      string
		part      time.Duration
	}{
		{"days", "a day", 24 * time.Hour, "hour", time.Hour},
		{"hours", "an hour", time.Hour, "minute", time.Minute},
		{"minutes", "a minute", time.Minute, "", 0},
		{"seconds", "a second", time.Second, "", 0},
	} {
		n := int(d / unit.length)
		if n == 0 {
			continue
		}
		text := unit.one
		if n > 1 {
			text = fmt.Sprintf("%d %s", n, unit.name)
		}
		if unit.part == 0 {
			return text
		}
		switch rest := int(d % unit.length / unit.part); rest {
		case 0:
			return text
		case 1:
			return text + " and 1 " + unit.next
		default:
			return fmt.Sprintf("%s and %d %ss", text, rest, unit.next)
		}
	}
	return "a moment"
}
