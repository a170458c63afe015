package eko

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"example.com/digilocker/gen/ekoapi"
)

// signed are the headers of one request, signed now. The HMAC's key is the base64
// text of the access key, not what it encodes; the message is the time in
// milliseconds as text; the body is not signed.
// Source: https://eps.eko.in/docs/how-auth-works
func (creds Credentials) signed(now time.Time) ekoapi.CreateURLParams {
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	key := base64.StdEncoding.EncodeToString([]byte(creds.AccessKey.Reveal()))
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(timestamp))
	return ekoapi.CreateURLParams{
		DeveloperKey:       creds.DeveloperKey.Reveal(),
		SecretKey:          base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		SecretKeyTimestamp: timestamp,
	}
}
