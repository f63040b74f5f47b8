#![allow(warnings)]
use saola_search::*;
use std::time::Instant;
struct R(u64);
impl R { fn n(&mut self)->u64{ self.0^=self.0<<13; self.0^=self.0>>7; self.0^=self.0<<17; self.0 } fn b(&mut self)->u8{b"ACGT"[(self.n()>>20) as usize&3]} }
fn main(){
  let mut r=R(88172645463325252);
  for (m,n) in [(658usize,658usize),(150,658),(658,1545),(1545,658),(16000,16000)] {
  let q:Vec<u8>=(0..m).map(|_|r.b()).collect();
  for d in [0usize,3,33,65,200,9999] {
    let refs:Vec<Vec<u8>> = (0..if m>10000 {2} else {50}).map(|_|{ 
       let mut core:Vec<u8>= if n>=m { q.clone() } else { q[200.min(m-n)..200.min(m-n)+n].to_vec() };
       if d==9999 { core=(0..n).map(|_|r.b()).collect(); }
       else { for _ in 0..d { let p=(r.n() as usize)%core.len(); match r.n()%20 {0=>{core.remove(p);},1=>{let b=r.b();core.insert(p,b)},_=>core[p]=r.b()} } }
       if n>m && d!=9999 { let pre:Vec<u8>=(0..300).map(|_|r.b()).collect(); let mut x=pre; x.extend(core); while x.len()<n {x.push(r.b())} x } else {core}
    }).collect();
    let p=Pattern::new(&q);
    let reps= if m>10000 {1} else {20};
    let t=|name:&str,f:&dyn Fn(&[u8])->u32|{ let mut best=f64::MAX; let mut s=0u64; for _ in 0..3 { let t0=Instant::now(); for _ in 0..reps { for x in &refs { s+=f(x) as u64; } } let e=t0.elapsed().as_secs_f64()*1e6/(reps*refs.len()) as f64; if e<best {best=e} } print!(" {name} {best:.1}us"); s };
    print!("{m}x{n} d={d}: ");
    let full = (m+n) as u32;
    t("span",&|x|p.differences(x,Kind::Spanning,None).unwrap_or(0));
    t("span<=33",&|x|p.differences(x,Kind::Spanning,Some(33)).unwrap_or(0));
    t("part",&|x|p.differences(x,Kind::Partial,None).unwrap_or(0));
    t("part<=33",&|x|p.differences(x,Kind::Partial,Some(33)).unwrap_or(0));
    if reps>1 || d<300 {
    t("counts",&|x|p.counts(x,Kind::Spanning).map_or(0,|c|c.matches));
    t("align",&|x|p.align(x,Kind::Spanning).unwrap().map_or(0,|c|c.comparison.matches));
    t("compare",&|x|p.compare(x).map_or(0,|c|c.matches));
    }
    println!();
  }}
}
