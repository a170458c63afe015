package kyctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// privacy are the checks of what printing a result shows of a person.
func (l *list) privacy() {
	l.group = "with a person's data"
	for name, m := range map[string]kyc.Method{
		"shows none of what a document says in any way of printing it": kyc.MethodFetch,
		"shows none of what a status says":                             kyc.MethodStatus,
	} {
		l.add(name, func(c check) {
			c.over()
			if c.Protocol == nil {
				c.Skip("Subject.Protocol is nil: no seed can be sown into answers")
			}
			r := c.success(m)
			sown, err := sow(r.Body, c.Protocol)
			if !r.isJSON() { // behind the value, where it leaves that one as it is
				sown, err = append(bytes.Clone(r.Body), "<!--"+seed+"-->"...), nil
			}
			if err != nil {
				c.Fatalf("%s: Subject.Operations: the Success of %s is no JSON", c.Subject.Name, m)
			}
			const given = "an answer with a seed in each text"
			p, _ := c.answering(Reply{r.Status, r.Type, sown})
			value, err := c.call(c.Context(), p, m, c.ref())
			if err != nil {
				c.wrong(m, given, "success; Subject.Protocol names the members that have to stay", described(nil, err))
				return
			}
			if record, _ := value.(*kyc.Record); m == kyc.MethodFetch && !reveals(record) {
				c.wrong(m, given, "a record that reveals it when it is asked to", "one that does not")
			}
			c.silent(m, given, value, seed)
		})
	}
	slices.SortFunc(l.all[len(l.all)-2:], func(a, b Check) int { return strings.Compare(a.Name, b.Name) })
}

// reveals says whether the seed can be had from a record: of one that is Unopened from the link of its file, of any
// other one from what it says of the document, where a link alone would not tell that all else is lost.
func reveals(record *kyc.Record) bool {
	if record != nil && !record.Unopened && record.File != nil {
		without, file := *record, *record.File
		file.Link, without.File = kyc.Private{}, &file
		record = &without
	}
	if record != nil && record.Unopened && record.File != nil && strings.Contains(
		string(record.File.Content.Bytes()), seed) {
		return true
	}
	return slices.ContainsFunc(revealed(record), func(text string) bool { return strings.Contains(text, seed) })
}

// sow puts the seed in front of each text in a value that does not stand at one of the
// members, and behind a link, which stays one: it may be all that a document says.
func sow(value []byte, but []string) ([]byte, error) {
	return changed(value, func(name string, v any) any {
		text, ok := v.(string)
		switch {
		case !ok || slices.Contains(but, name):
			return v
		case strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://"):
			return text + seed
		default:
			return seed + " " + text
		}
	})
}

// changed is a JSON value of which each part, innermost first, was given to change, with the
// name of the member at which it stands.
func changed(value []byte, change func(name string, v any) any) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	var walk func(name string, v any) any
	walk = func(name string, v any) any {
		switch x := v.(type) {
		case map[string]any:
			for k, m := range x {
				x[k] = walk(k, m)
			}
		case []any:
			for i, m := range x {
				x[i] = walk(name, m)
			}
		}
		return change(name, v)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(walk("", v))
	return b.Bytes(), err
}

// revealed are the texts that kyc's hidden types hold anywhere in v, without those that
// an address or a time may happen to have too.
func revealed(v any) []string {
	var texts []string
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if !v.IsValid() || !v.CanInterface() {
			return
		}
		switch x := v.Interface().(type) {
		case kyc.Private:
			texts = append(texts, x.Reveal())
		case kyc.Masked:
			texts = append(texts, x.Reveal())
		case kyc.Date:
			texts = append(texts, x.Raw())
		case kyc.Photo:
			texts = append(texts, x.Raw())
		default:
			switch v.Kind() {
			case reflect.Pointer, reflect.Interface:
				walk(v.Elem())
			case reflect.Slice, reflect.Array:
				for i := range v.Len() {
					walk(v.Index(i))
				}
			case reflect.Map:
				for _, value := range v.Seq2() {
					walk(value)
				}
			case reflect.Struct:
				for i := range v.NumField() {
					walk(v.Field(i))
				}
			}
		}
	}
	walk(reflect.ValueOf(v))
	return slices.DeleteFunc(texts, func(text string) bool {
		return len(text) < 4 || len(text) < 8 && strings.Trim(text, "0123456789.-") == ""
	})
}

// reversed writes a JSON value with the members of each object in another order.
func reversed(v any) string {
	switch x := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(x))
		for name := range x {
			names = append(names, name)
		}
		slices.Sort(names)
		slices.Reverse(names)
		members := make([]string, 0, len(x))
		for _, name := range names {
			members = append(members, text(name)+":"+reversed(x[name]))
		}
		return "{" + strings.Join(members, ",") + "}"
	case []any:
		items := make([]string, 0, len(x))
		for _, item := range x {
			items = append(items, reversed(item))
		}
		return "[" + strings.Join(items, ",") + "]"
	default:
		return text(v)
	}
}

// text is a JSON value that was decoded.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("kyctest: %v", err)) // nothing that was decoded fails
	}
	return string(b)
}
