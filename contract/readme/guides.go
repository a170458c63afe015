package readme

import (
	"fmt"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/sandbox"
)

// named is a sentence with the names of the providers.
func named(all []provider.Provider) string {
	var names []string
	for _, p := range all {
		names = append(names, p.Named())
	}
	return "The providers here are " + listed(names) + ".\n"
}

// listed are words as a sentence lists them.
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// calls is what a run calls at each sandbox by default, and as which account: a row for each provider whose sandbox and
// account are described.
func calls(all []provider.Provider) (string, error) {
	var b strings.Builder
	b.WriteString("| | cases | calls | cases, with `PERSON=1` | calls | variables |\n|---|---|---|---|---|---|\n")
	for _, p := range all {
		if p.Account == nil || p.Account.Sandbox == "" || len(p.Account.Variables) == 0 {
			continue
		}
		d, err := p.Parse()
		if err != nil {
			return "", err
		}
		cases, err := p.Cases()
		if err != nil {
			return "", err
		}
		if cases.Empty() {
			continue
		}
		// What has no case yet is not called. The suite says of which example that is so.
		d.Entries = slices.DeleteFunc(d.Entries, func(e example.Entry) bool {
			_, err := cases.Of(e.ID)
			return err != nil
		})
		fmt.Fprintf(&b, "| %s |", p.Named())
		for _, person := range []bool{false, true} {
			plan, err := sandbox.Make(p, d, cases, sandbox.Limits{MaxCalls: sandbox.DefaultMaxCalls}, person)
			if err != nil {
				return "", err
			}
			run, made := plan.Count()
			fmt.Fprintf(&b, " %d | %d |", run, made)
		}
		var required, optional []string
		for _, v := range p.Account.Variables {
			switch name := "`" + v.Name + "`"; {
			case v.Obtained:
			case v.Optional:
				optional = append(optional, name)
			default:
				required = append(required, name)
			}
		}
		b.WriteString(" " + strings.Join(required, ", "))
		if optional != nil {
			b.WriteString(", optional " + strings.Join(optional, ", "))
		}
		b.WriteString(" |\n")
	}
	return b.String(), nil
}

// moving is what each provider's moving.yaml answers: a row for each question, a column for each provider that has one.
func moving(all []provider.Provider) (string, error) {
	head, line := "| |", "|---|"
	rows := make([]string, len(provider.Questions()))
	for _, p := range all {
		answers, err := p.Moving()
		if err != nil {
			return "", err
		}
		if answers == nil {
			continue
		}
		head, line = head+" "+p.Named()+" |", line+"---|"
		for i, q := range provider.Questions() {
			rows[i] += " " + answers[q.Key] + " |"
		}
	}
	var b strings.Builder
	b.WriteString(head + "\n" + line + "\n")
	for i, q := range provider.Questions() {
		b.WriteString("| " + q.Text + " |" + rows[i] + "\n")
	}
	return b.String(), nil
}
