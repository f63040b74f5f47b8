fn main(){ let r=|n:&str| std::fs::read_to_string(format!("reference-db/cites/{n}")).unwrap();
let f=saola_cites::ListingFile::parse(&r("listings.tsv"),&r("groups.tsv")).unwrap();
println!("{}",f.root());
for (o,fa,s,d,p) in [("Carnivora","Canidae","Canis lupus","2016-05-01","CH"),("Carnivora","Mustelidae","Mustela erminea","2012-05-01","NL"),("Artiodactyla","Balaenopteridae","Balaenoptera physalus","1980-01-01","JP"),("Accipitriformes","Accipitridae","Buteo buteo","2024-01-01","")]{
let g=s.split(' ').next().unwrap();
let l=saola_cites::Lineage::new([("kingdom","Metazoa"),("order",o),("family",fa),("genus",g),("species",s)]);
let st=f.listings_at(&l,&saola_cites::Circumstances{date:Some(d.parse().unwrap()),origin:None,party:p.parse().ok()});
println!("{}",serde_json::to_string_pretty(&st).unwrap());}}
