package judge

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"strings"

	"example.com/digilocker/contract/example"
)

// formType is the media type of HTML forms.
const formType = "application/x-www-form-urlencoded"

// isForm says whether bodies of the media type are forms.
func isForm(mediaType string) bool {
	name, _, err := mime.ParseMediaType(mediaType)
	return err == nil && name == formType
}

// UnsentBody says why no generated client sends the body of a documented request: the
// generator writes no such body, or nobody can tell how it is written. It is "" if clients
// send it.
func UnsentBody(e example.Entry) string {
	switch mediaType := e.MediaType(); {
	case strings.HasPrefix(mediaType, "multipart/"):
		return "the generator writes no " + mediaType + ": who calls the client puts the body together"
	case isForm(mediaType) && e.Schema() != "" && e.Value[0] == '"':
		return "the example is the text of a form, which the generated client writes itself of its members"
	}
	if _, err := Written(e.MediaType(), e.Value); err != nil {
		return err.Error()
	}
	return ""
}

// Written is an example as it travels in that media type. The error says why nobody can tell:
// OpenAPI says of JSON and forms alone how an object is written.
func Written(mediaType string, value json.RawMessage) ([]byte, error) {
	var text string
	switch {
	case example.IsJSON(mediaType):
		return value, nil
	case json.Unmarshal(value, &text) == nil && string(value) != "null":
		return []byte(text), nil
	case isForm(mediaType):
		members, err := formOf(value)
		return []byte(members.Encode()), err
	case strings.Contains(mediaType, "*"): // a range, which JSON is in
		return value, nil
	case value[0] == '{' || value[0] == '[':
		return nil, fmt.Errorf("the example is no text, and nothing says how it is written as %s", mediaType)
	}
	return value, nil // a number or a boolean, as it stands
}

// formOf are the members of a form.
func formOf(value json.RawMessage) (url.Values, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(value, &members); err != nil {
		return nil, fmt.Errorf("the example is no object, of which a form could be made")
	}
	all := url.Values{}
	for name, v := range members {
		switch {
		case string(v) == "null": // as if it were not there
		case v[0] == '{' || v[0] == '[':
			return nil, fmt.Errorf("the member %s of the form is a list or an object, "+
				"which the generator writes in a way of its own, such as %s[0]", name, name)
		default:
			all.Set(name, plain(v))
		}
	}
	return all, nil
}

// plain is a single value as it stands in a URL, a header or a form.
func plain(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}
