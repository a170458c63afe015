package ledger

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Spec is one spec of the suite as the JUnit report shows it.
type Spec struct {
	Class, Name string
	ID, Pointer string // of the example; empty for a spec that is about none
	Fixture     string // SHA-256 of the example's recording, hexadecimal; empty if it has none
	Time        time.Duration
	Skipped     string // the reason; empty if it ran
	Failure     string // empty if it passed
}

type junitSuites struct {
	XMLName xml.Name   `xml:"testsuites"`
	Suite   junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	XMLName    xml.Name         `xml:"testcase"`
	Class      string           `xml:"classname,attr"`
	Name       string           `xml:"name,attr"`
	Time       string           `xml:"time,attr"`
	Properties *junitProperties `xml:"properties"`
	Skipped    *junitMessage    `xml:"skipped"`
	Failure    *junitMessage    `xml:"failure"`
}

type junitProperties struct {
	Property []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the specs as JUnit XML. What an example is about stands in the
// properties "example", "pointer" and "fixture" of its test case.
func JUnit(name string, specs []Spec) ([]byte, error) {
	suite := junitSuite{Name: name, Tests: len(specs)}
	var total time.Duration
	for _, s := range specs {
		c := junitCase{Class: s.Class, Name: s.Name, Time: seconds(s.Time)}
		if s.ID != "" {
			c.Properties = &junitProperties{[]junitProperty{{"example", s.ID}, {"pointer", s.Pointer}}}
			if s.Fixture != "" {
				c.Properties.Property = append(c.Properties.Property, junitProperty{"fixture", s.Fixture})
			}
		}
		if s.Skipped != "" {
			c.Skipped = &junitMessage{Message: s.Skipped}
			suite.Skipped++
		}
		if s.Failure != "" {
			first, _, _ := strings.Cut(s.Failure, "\n")
			c.Failure = &junitMessage{Message: first, Text: s.Failure}
			suite.Failures++
		}
		total += s.Time
		suite.Cases = append(suite.Cases, c)
	}
	suite.Time = seconds(total)
	return suite.text()
}

func (s junitSuite) text() ([]byte, error) {
	out, err := xml.MarshalIndent(junitSuites{Suite: s}, "", "  ")
	return append([]byte(xml.Header), append(out, '\n')...), err
}

// MergeJUnit puts the specs of several texts of JUnit's into one.
func MergeJUnit(texts ...[]byte) ([]byte, error) {
	var sum junitSuite
	total := 0.0
	for _, text := range texts {
		var one junitSuites
		if err := xml.Unmarshal(text, &one); err != nil {
			return nil, err
		}
		s := one.Suite
		took, err := strconv.ParseFloat(s.Time, 64)
		if err != nil {
			return nil, fmt.Errorf("the time of the suite %s: %w", s.Name, err)
		}
		sum.Name = s.Name
		sum.Tests, sum.Failures, sum.Skipped = sum.Tests+s.Tests, sum.Failures+s.Failures, sum.Skipped+s.Skipped
		sum.Cases = append(sum.Cases, s.Cases...)
		total += took
	}
	sum.Time = fmt.Sprintf("%.3f", total)
	return sum.text()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
