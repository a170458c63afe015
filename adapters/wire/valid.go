package wire

// valid is json.Valid, some times as fast: that one calls a function for each byte,
// and most bytes of a large answer are those of a photo. It also says where the elements begin
// of a list that has more than so many of them: 0 if there is none.
func valid(text []byte, most int) (ok bool, long int) {
	v := validator{text: text, most: most}
	return v.value(0) && v.next() == end && v.at == len(text), v.long
}

// maxDepth is how deep json.Valid, and with it every parser, follows.
const maxDepth = 10_000

// end stands for the byte after the last. No JSON text has a zero byte.
const end = 0

type validator struct {
	text []byte
	at   int
	most int // elements of a list
	long int // where those begin of the first list to end that has more; 0: of none
}

func (v *validator) peek() byte {
	if v.at < len(v.text) {
		return v.text[v.at]
	}
	return end
}

// next is the next byte that is no white space.
func (v *validator) next() byte {
	for {
		switch c := v.peek(); c {
		case ' ', '\t', '\r', '\n':
			v.at++
		default:
			return c
		}
	}
}

// take goes on if the next byte is c.
func (v *validator) take(c byte) bool {
	if v.peek() != c {
		return false
	}
	v.at++
	return true
}

func (v *validator) value(depth int) bool {
	switch v.next() {
	case '{':
		return v.list('}', depth+1, func() bool {
			v.next()
			return v.string() && v.next() == ':' && v.take(':') && v.value(depth+1)
		})
	case '[':
		return v.list(']', depth+1, func() bool { return v.value(depth + 1) })
	case '"':
		return v.string()
	case 't':
		return v.word("true")
	case 'f':
		return v.word("false")
	case 'n':
		return v.word("null")
	}
	return v.number()
}

// list is items between commas, from the bracket at which v stands up to last.
func (v *validator) list(last byte, depth int, item func() bool) bool {
	v.at++
	begin := v.at
	if depth > maxDepth {
		return false
	}
	if v.next() == last {
		return v.take(last)
	}
	for n := 1; item(); n++ {
		if v.next() == last {
			if last == ']' && n > v.most && v.long == 0 {
				v.long = begin
			}
			return v.take(last)
		}
		if !v.take(',') {
			return false
		}
	}
	return false
}

func (v *validator) word(w string) bool {
	for i := range len(w) {
		if !v.take(w[i]) {
			return false
		}
	}
	return true
}

func (v *validator) string() bool {
	if !v.take('"') {
		return false
	}
	for {
		rest, n := v.text[v.at:], 0
		for n < len(rest) && rest[n] >= ' ' && rest[n] != '"' && rest[n] != '\\' {
			n++
		}
		v.at += n
		switch {
		case v.take('"'):
			return true
		case !v.take('\\') || !v.escaped():
			return false
		}
	}
}

// escaped is what follows a backslash.
func (v *validator) escaped() bool {
	c := v.peek()
	v.at++
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			if c := v.peek(); (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return false
			}
			v.at++
		}
		return true
	}
	return false
}

func (v *validator) number() bool {
	v.take('-')
	if !v.take('0') && !v.digits() {
		return false
	}
	if v.take('.') && !v.digits() {
		return false
	}
	if v.take('e') || v.take('E') {
		if !v.take('+') {
			v.take('-')
		}
		return v.digits()
	}
	return true
}

// digits are one or more.
func (v *validator) digits() bool {
	from := v.at
	for c := v.peek(); c >= '0' && c <= '9'; c = v.peek() {
		v.at++
	}
	return v.at > from
}
