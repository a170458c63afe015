package release

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// changelogFile is where the changelog lies.
const changelogFile = ".github/CHANGELOG.md"

// unreleased is the heading of what is not released yet, and nothingYet what stands below it
// right after a release.
const (
	unreleased = "## Unreleased\n"
	nothingYet = "Nothing yet.\n"
)

var (
	entry = regexp.MustCompile(`(?m)^[-*] +\S`)
	// A sign may come before the word, and more words after it: ### ⚠ BREAKING CHANGES.
	breaks = regexp.MustCompile(`(?mi)^###+ +[^\pL\pN\n]*breaking\b`)
)

// changelog is the changelog, taken apart around what is not released yet.
type changelog struct {
	before, section, after string
}

// readChangelog finds the section that is not released yet.
func readChangelog(text string) (changelog, error) {
	text = "\n" + text
	heading := "\n" + unreleased
	switch strings.Count(text, heading) {
	case 0:
		return changelog{}, errors.New(`there is no heading "## Unreleased": write it, and below it what is new`)
	case 1:
	default:
		return changelog{}, errors.New(`there are several headings "## Unreleased": make one of them`)
	}
	before, rest, _ := strings.Cut(text, heading)
	c := changelog{before: strings.TrimPrefix(before+"\n", "\n"), section: rest}
	if next := strings.Index("\n"+rest, "\n## "); next >= 0 {
		c.section, c.after = rest[:next], rest[next:]
	}
	return c, nil
}

// entries is how many things are new.
func (c changelog) entries() int { return len(entry.FindAllString(c.section, -1)) }

// breaking says whether something of it has a heading that begins with Breaking.
func (c changelog) breaking() bool { return breaks.MatchString(c.section) }

// knows says whether there is a section of the version already.
func (c changelog) knows(version string) bool {
	of := regexp.MustCompile(`(?m)^## ` + regexp.QuoteMeta(version) + `(,|$| )`)
	return of.MatchString(c.before) || of.MatchString(c.after)
}

// heading is that of a release.
func heading(version, date string) string { return fmt.Sprintf("## %s, %s\n", version, date) }

// released is the changelog with the section as that of the version.
func (c changelog) released(version, date string) string {
	return c.before + unreleased + "\n" + nothingYet + "\n" + heading(version, date) + c.section + c.after
}
