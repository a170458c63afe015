package surepass

import (
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
)

// FileID is the id that the simulator gives the document's file in the journey with that id.
func FileID(journey string, doc kyc.Document) string {
	return fileID(&simulator.Journey{ID: journey}, doc, "")
}
