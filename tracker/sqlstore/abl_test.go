package sqlstore
import ("testing";"time";"fmt";"math/rand/v2";"strings";"bytes";"context";"os"
"envdesk/tracker";"crypto/sha256";"encoding/hex")
func TestAblate(t *testing.T){
 s:=newTestStore(t)
 if q:=os.Getenv("DROP"); q!="" { for _,x:=range strings.Split(q,";") { if err:=s.update(t.Context(), func(tx *tx) error { _,err:=tx.s.exec(t.Context(),x); return err}); err!=nil {t.Fatal(err)} } }
	words := strings.Fields(strings.Repeat("please restart the pods of punjab uat because they crash again since the last deployment ", 4))
	prose := func(size int) []byte {
		var t bytes.Buffer
		for t.Len() < size {
			fmt.Fprintf(&t, "%s %x ", words[rand.IntN(len(words))], rand.Uint32())
		}
		return t.Bytes()[:size]
	}
 m1,m2:=prose(2048),prose(6144)
 d:=map[string]time.Duration{}
 lap:=func(n string, f func() error){ a:=time.Now(); if err:=f(); err!=nil {t.Fatal(n,err)}; d[n]+=time.Since(a)}
 const rounds=60
 ctx:=context.Background()
 uid:=uint32(0)
 total:=time.Now()
 for range rounds {
  a:=time.Now(); var b time.Time
  s.Update(ctx, func(x tracker.Tx) error {
   tx:=x.(*tx)
   d["begin"]+=time.Since(a)
   for range 100 {
    uid++
	raw := append([]byte(fmt.Sprintf("%08d", uid)), m1[8:]...)
	sum := sha256.Sum256(raw)
    m := tracker.Inbound{
		Position: tracker.Position{Mailbox: "desk@mail.test/INBOX", UIDValidity: 1, UID: uid}, SHA256: hex.EncodeToString(sum[:]),
		Size: int64(len(raw)), Received: time.Unix(1e9, 0), MessageID: fmt.Sprintf("%x@mail.egov.test", sum[:8]),
		Fingerprint: hex.EncodeToString(sum[:]), From: tracker.Address{Name: "Asha", Address: "asha@egov.test"}, To: "desk@mail.test",
		Subject: "please restart the pods", Text: string(raw[:1500]), State: tracker.ActionOpen, Visibility: tracker.Public,
	}
	var id int64
	lap("same",func() error { tx.SameMail(ctx,m); return nil})
	lap("ticketofmail",func() error { _,err:=tx.TicketOfMail(ctx,[]string{m.MessageID}); return err})
	lap("next",func() error { var err error; id,err=tx.NextTicket(ctx); return err})
	m.Ticket=id
	
	
	lap("addMail",func() error { _,err:=tx.addMail(ctx,m,bytes.NewReader(raw)); return err})
	
	var k tracker.Ticket; var ev []tracker.Event
	lap("record",func() error { var err error
	template := tracker.Event{Ticket: id, At: m.Received, Cause: m.MessageID, Reason: "a new request"}
	k, ev, err = tracker.Record(tracker.Ticket{}, template, []tracker.Change{
		tracker.Opened{Key: fmt.Sprintf("REQ-%d", id), Title: m.Subject, Requester: m.From, Priority: "P2"},
		tracker.Classified{Field: tracker.FieldType, New: "access"}, tracker.Assigned{Partner: "Acme"},
	}); return err})
	lap("putTicket",func() error { return tx.putTicket(ctx,k,0)})
	lap("events",func() error { for _,e:=range ev { if err:=tx.addEvent(ctx,e); err!=nil {return err}}; return nil})
	for i:=range 2 {
		out:=m2
		n := tracker.Notice{Key: fmt.Sprintf("%d/%d", id, i), Kind: tracker.KindReceipt, Ticket: id, At: m.Received}
		mail := tracker.Mail{MessageID: fmt.Sprintf("%d.%d.%s", id, i, m.MessageID), To: "asha@egov.test", Text: string(out[:1500]), Raw: out}
		var oid int64
		lap("addOutbox",func() error { var err error; oid,err=tx.addOutbox(ctx,n,mail); return err})
		lap("outPieces",func() error { _,err:=s.pieces.write(ctx,tx.s,addOutboxPiece,oid,bytes.NewReader(out)); return err})
		lap("tie",func() error { return tx.tie(ctx,tracker.MailRef{MessageID:mail.MessageID,Ticket:id,Kind:tracker.RefSent,Recipient:mail.To})})
	}
   }
   b=time.Now(); return nil
  })
  d["commit"]+=time.Since(b)
 }
 fmt.Println("total µs/mail",time.Since(total).Microseconds()/rounds/100)
 for n,x:=range d { fmt.Printf("%-14s %7.1f µs/mail\n",n,float64(x.Microseconds())/rounds/100) }
 st,_:=os.Stat(s.path); fmt.Println("db bytes/mail",st.Size()/rounds/100)
}
