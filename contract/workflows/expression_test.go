package workflows

import (
	"fmt"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// A small part of GitHub's expressions: what the workflows here use, and no more. Whatever else
// is met is an error, so that no step is run otherwise than GitHub would.

// contexts are what expressions ask for, such as inputs.provider; names are in lower case.
type contexts map[string]string

// of is what is known by a name. Where a name up to a dot is known, so are all that follow on it.
func (c contexts) of(name string) (string, error) {
	value, known := c[name]
	if !known {
		value, known = c[name[:strings.LastIndex(name, ".")+1]]
	}
	if !known {
		return "", fmt.Errorf("nothing is known of %s", name)
	}
	return value, nil
}

// token is a piece of an expression.
var token = regexp.MustCompile(`^\s*(?:('(?:[^']|'')*')|(\|\||&&|==|!=|[(),])|([A-Za-z_][A-Za-z0-9_.-]*)|(\d+))`)

// parser evaluates an expression as it reads it: each value is a text, of which "", "false" and
// "0" count as no.
type parser struct {
	rest  string
	known contexts
}

// next takes the next piece if it is one of want, or any word or literal if want is nothing.
func (p *parser) next(want ...string) (string, bool) {
	m := token.FindStringSubmatch(p.rest)
	if m == nil {
		return "", false
	}
	text := m[1] + m[2] + m[3] + m[4]
	fits := len(want) == 0 && m[2] == ""
	for _, w := range want {
		fits = fits || text == w
	}
	if fits {
		p.rest = p.rest[len(m[0]):]
	}
	return text, fits
}

func truthy(text string) bool { return text != "" && text != "false" && text != "0" }

func (p *parser) or() (string, error) {
	left, err := p.and()
	for err == nil {
		if _, more := p.next("||"); !more {
			return left, nil
		}
		var right string
		if right, err = p.and(); !truthy(left) {
			left = right
		}
	}
	return "", err
}

func (p *parser) and() (string, error) {
	left, err := p.equal()
	for err == nil {
		if _, more := p.next("&&"); !more {
			return left, nil
		}
		var right string
		if right, err = p.equal(); truthy(left) {
			left = right
		}
	}
	return "", err
}

func (p *parser) equal() (string, error) {
	left, err := p.value()
	if err != nil {
		return "", err
	}
	op, more := p.next("==", "!=")
	if !more {
		return left, nil
	}
	right, err := p.value()
	return fmt.Sprint(strings.EqualFold(left, right) == (op == "==")), err
}

func (p *parser) value() (string, error) {
	text, ok := p.next()
	switch {
	case !ok:
		return "", fmt.Errorf("nothing is known of %q", p.rest)
	case text[0] == '\'':
		return strings.ReplaceAll(text[1:len(text)-1], "''", "'"), nil
	case text[0] >= '0' && text[0] <= '9':
		return text, nil
	}
	if _, call := p.next("("); !call {
		return p.known.of(strings.ToLower(text))
	}
	var args []string
	for _, end := p.next(")"); !end; _, end = p.next(")") {
		arg, err := p.or()
		if err != nil {
			return "", err
		}
		args = append(args, arg)
		p.next(",")
	}
	switch {
	case text == "always" && len(args) == 0:
		return "true", nil
	case text == "format" && len(args) > 0:
		for i, arg := range args[1:] {
			args[0] = strings.ReplaceAll(args[0], fmt.Sprintf("{%d}", i), arg)
		}
		return args[0], nil
	}
	return "", fmt.Errorf("nothing is known of %s with %d arguments", text, len(args))
}

// evaluate is what an expression says.
func (c contexts) evaluate(expression string) (string, error) {
	p := &parser{rest: expression, known: c}
	value, err := p.or()
	if err == nil && strings.TrimSpace(p.rest) != "" {
		err = fmt.Errorf("nothing is known of %q", p.rest)
	}
	if err != nil {
		return "", fmt.Errorf("%q: %w", expression, err)
	}
	return value, nil
}

var embedded = regexp.MustCompile(`(?s)\$\{\{(.*?)\}\}`)

// fill puts the values of the expressions in a text into their places.
func (c contexts) fill(text string) (string, error) {
	var failure error
	filled := embedded.ReplaceAllStringFunc(text, func(found string) string {
		value, err := c.evaluate(embedded.FindStringSubmatch(found)[1])
		if err != nil {
			failure = err
		}
		return value
	})
	return filled, failure
}

var _ = Describe("an expression of a workflow", func() {
	known := contexts{"inputs.name": "acme", "inputs.empty": "", "inputs.on": "true", "inputs.off": "false"}
	DescribeTable("says", func(text, want string) { Expect(known.fill(text)).To(Equal(want)) },
		Entry("what is no expression", "$A {{ b }}", "$A {{ b }}"),
		Entry("a value, by any spelling", "a ${{ INPUTS.Name }} b ${{inputs.name}}", "a acme b acme"),
		Entry("the first that there is",
			"${{ inputs.empty || inputs.off || format('{0}-{1}', inputs.name, 'it''s') }}", "acme-it's"),
		Entry("the last of what there has to be", "${{ inputs.on && inputs.name }}", "acme"),
		Entry("whether two are equal", "${{ inputs.name == 'Acme' }} ${{ inputs.name != 'acme' }}", "true false"),
		Entry("a step that runs anyhow", "${{ always() && 1 }}", "1"),
	)
	DescribeTable("is an error where nothing is known of", func(text string) {
		_, err := known.fill("${{ " + text + " }}")
		Expect(err).To(MatchError(ContainSubstring("nothing is known of")))
	},
		Entry("a value", "inputs.other"), Entry("a function", "fromJSON('1')"), Entry("an operator", "inputs.on > 1"),
		Entry("what follows", "inputs.on inputs.on"), Entry("an end", "inputs.on ||"),
		Entry("an index", "inputs['on']"),
	)
})
