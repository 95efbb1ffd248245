package mailin

// The words of the desk's commands, by which doubtful lines are told. What they
// mean is the business of tracker/intake; a new verb or key there belongs here too.

// commandVerbs are the verbs of the desk, which may stand behind # and ! as well.
var commandVerbs = newVocabulary("ack", "pick", "decline", "eta", "status", "accept", "wait", "block", "unblock", "done", "resolve", "close", "reopen", "cancel", "approve", "reject", "priority", "p0", "p1", "p2", "p3", "p4", "type", "stack", "env", "needed", "assign", "unassign", "due", "sla", "merge", "split", "link", "watch", "unwatch", "note", "list", "mine", "show", "report", "help")

// commandKeys are the words that command before a colon.
var commandKeys = map[string]bool{"priority": true, "type": true, "stack": true, "environment": true, "status": true, "eta": true, "needed by": true, "needed-by": true}

// deskKeys are what the lines of a request to the desk start with.
var deskKeys = newPhrases("priority", "type", "stack", "environment", "status", "eta", "needed")
