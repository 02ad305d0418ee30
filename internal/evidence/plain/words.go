package plain

import "strings"

// words are what a check is about, and what it means when it fails or can't be
// made.
type words struct{ title, failed, skipped string }

const noKey = "No key was given, so nobody vouches for the signer."

var checkWords = map[string]words{
	"leaf hash":        {"The entry is the one that was hashed", "The entry was changed: it does not give the hash that stands beside it.", ""},
	"header":           {"The entry has the form that the log writes", "The entry is not in the one form that the log writes: it was changed or cut.", ""},
	"proof":            {"The proof can be read", "The proof is damaged: it was changed or cut.", ""},
	"index":            {"Receipt, entry and proof name the same place in the log", "Receipt, entry and proof name different places in the log: parts of different receipts were put together, or a number was changed.", ""},
	"log":              {"Receipt, entry and proof are of the same log", "Receipt, entry and proof are of different logs, so of different tenants: parts of different receipts were put together.", ""},
	"inclusion":        {"The entry is in the log", "The proof does not lead from the entry to the log's signed state: the entry, its place or the proof was changed.", ""},
	"signature":        {"A trusted key signed the log's state", "No key that you trust signed it: the signed text was changed, or somebody else signed it.", noKey},
	"start signature":  {"A trusted key signed the log's state before the range", "No key that you trust signed the log's state before the range.", noKey},
	"root signature":   {"A trusted key signed the log of logs", "No key that you trust signed the log of logs: it was changed, or somebody else signed it.", noKey},
	"older signature":  {"An older key signed, which the log of logs names", "No key that the log of logs names signed it.", ""},
	"bundle signature": {"A trusted key signed the whole file", "No key that you trust signed the file.", noKey},
	"anchor":           {"The log's state is in the log of logs", "The log's state is not the one that the log of logs holds: one of them was changed.", ""},
	"root proof":       {"The log of logs holds that state", "The proof for the log of logs does not fit: it was changed.", ""},
	"root log":         {"It is the log of logs of the same server", "It is another server's log of logs.", ""},
	"root entry":       {"The entries of the log of logs are in order", "An entry of the log of logs was changed or is out of order.", ""},
	"witnesses":        {"Independent witnesses signed too", "The witnesses that you ask for did not sign: others may have been shown another log.", "No independent witness was asked."},
	"level":            {"It claims no more than it proves", "It claims a higher level than its proofs show: the claim was changed.", ""},
	"answer":           {"What is shown is what was recorded", "What is shown beside the receipt is not what was recorded: it was changed, or it belongs to another decision.", "The receipt does not reveal what was recorded, so what is shown beside it could not be held against it."},
	"certificate":      {"The certificate's parts belong together", "The parts of the certificate do not belong together, or one of them was changed.", ""},
	"module signature": {"The module signed it itself", "The module's own signature does not hold.", "The module's own signature was not checked: its key was not given."},
	"manifest":         {"The bundle says what it holds", "The bundle's first part was changed or is damaged.", ""},
	"checkpoint":       {"The log's state can be read", "The log's signed state was changed or is of another log.", ""},
	"record":           {"Every part can be read", "A part of the file was changed, or the file was cut off.", ""},
	"order":            {"Every part is where it belongs", "A part of the file is missing, was added or stands in another place.", ""},
	"entry":            {"Every entry is in its place", "An entry was changed, left out or moved.", ""},
	"entries":          {"Every entry is there", "Entries are missing.", ""},
	"genesis":          {"The log's first entry names the tenant", "The log's first entry does not fit: it is another tenant's, or was changed.", ""},
	"opening":          {"What is revealed is what was recorded", "What is revealed of an entry is not what was recorded: it was changed.", ""},
	"payloads":         {"What is revealed is what was recorded", "What is revealed of an entry is not what was recorded: it was changed.", ""},
	"payload state":    {"What is missing is accounted for", "What the bundle says of missing contents does not fit.", ""},
	"range":            {"The range is whole", "The range is not the one that the bundle claims: entries may have been left out.", ""},
	"absence":          {"Nothing of the kind is in the range", "The range does hold what the bundle says is absent.", ""},
	"consistency":      {"The log only grew", "The log's later state does not contain its earlier one: the log was rewritten.", ""},
	"keys":             {"The signing keys were valid then", "A key that signed had been revoked or retired.", ""},
	"epoch time":       {"The times fit together", "A time lies ahead of what witnesses confirm.", ""},
	"entry times":      {"The entries' times fit together", "Entries are dated after what holds them.", ""},
	"start":            {"The range begins at a signed state", "The state before the range does not fit.", ""},
	"digest":           {"Every byte of the file is as it was signed", "The file's bytes are not those that were signed: it was changed or cut off.", ""},
}

// wordsFor finds them; a check that has none speaks for itself.
func wordsFor(name string) words {
	if w, ok := checkWords[name]; ok {
		return w
	}
	if group, ok := strings.CutPrefix(name, "opening "); ok {
		return words{"What is revealed of the " + group + " is what was recorded", "What is revealed of the " + group + " is not what was recorded: it was changed.", ""}
	}
	return words{"Check: " + name, "The check “" + name + "” failed.", "The check “" + name + "” could not be made."}
}
