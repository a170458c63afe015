package call

import (
	"net/http"
	"time"
)

// Answered is when the answer was made: by the provider's clock, so that two times of one provider can be compared
// on whichever machine; by this machine's clock where the answer's Date does not say, or is more than a day from that:
// no two clocks that work are, and a gateway's broken one must not end a journey.
func (c *Call) Answered() time.Time {
	const believed = 24 * time.Hour
	now := time.Now()
	if t, err := http.ParseTime(c.reply.Header().Get("Date")); err == nil && t.Sub(now).Abs() <= believed {
		return t
	}
	return now
}

// InJSON is at, or zero where its year is not of 1 to 9999: JSON has no other times, so that nobody could store it.
func InJSON(at time.Time) time.Time {
	if at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}
