package sqlstore
import ("testing";"fmt")
func BenchmarkQ(b *testing.B){ s:=newTestStore(b)
 n:=0
 for name,q:=range map[string]string{
 "bytes-min": sameBy+"id = (SELECT min(id) FROM inbound WHERE sha256 = $1 AND id <> 4)",
 "bytes-min-par": sameBy+"id = (SELECT min(id) FROM inbound WHERE sha256 = $1 AND id <> $1)",
 "id-min": sameBy+"id = (SELECT min(id) FROM inbound WHERE message_id = $1 AND message_id <> '' AND fingerprint = $1 AND id <> $1)",
 "plain":sameBy+"sha256 = $1 LIMIT 1",
 "union": sameBy+`id = (SELECT min(id) FROM inbound WHERE sha256 = $1 AND id <> $1 UNION ALL SELECT min(id) FROM inbound WHERE message_id = $1 AND message_id <> '' AND fingerprint = $1 AND id <> $1)`,
 } {
 b.Run(name,func(b *testing.B){
  s.update(b.Context(), func(t *tx) error { for b.Loop() { n++; 
   t.s.each(b.Context(),q,[]any{fmt.Sprint(n)},func(scanner) error {return nil}) }; return nil })
 })}
}
