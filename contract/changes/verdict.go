package changes

import "context"

// Verdict is what a comparison of two revisions comes to.
type Verdict struct {
	// Says is the verdict in words, such as "nothing breaks".
	Says string
	// Step is the part of a version from v1 on that has to be counted up: major, minor,
	// patch or none; unknown where the newer revision could not be compared as a whole.
	Step string
	// Breaking, Look and Compatible are how many changes there are of each level.
	Breaking, Look, Compatible int
	// NotCompared are the parts that one of the two gave nothing of to compare.
	NotCompared []string
}

// Between compares the revision base with the revision to, or with the working tree if that is
// "", in the module of the current folder. It writes no report.
func Between(ctx context.Context, base, to string) (Verdict, error) {
	r, err := between(ctx, base, to)
	if err != nil {
		return Verdict{}, err
	}
	return r.summed(), nil
}

// summed is what the report comes to.
func (r *report) summed() Verdict {
	return Verdict{
		Says: r.Verdict, Step: string(r.Step), NotCompared: r.NotCompared,
		Breaking: r.count(breaking), Look: r.count(look), Compatible: r.count(compatible),
	}
}
