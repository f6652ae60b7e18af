//! `#[derive(Entity)]` and `#[derive(Item)]`: turn a struct into a constant that describes it.
//!
//! Data only: the macros write an `EntityDef` or a list of `FieldDef`s and no behaviour. What is done with them is
//! ordinary code in `zumodra_shared::schema`.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Lit, Meta, UnOp, parse_macro_input,
};

/// Describes a record kind.
///
/// `#[entity(collection = "jobs", code = 1, by = "job_id", private = "is_private", entry, server, title = "name")]`:
/// the wire name and number, how its records fall into scopes, whether it is an immutable log entry, whether only the
/// server writes it, and which fields (comma separated) name it for people. With
/// `through = "applications", me = "candidate_id", key = "job_id"` its records are in further scopes besides: one for
/// each key of a record of that kind that points to it. With `wall = "is_private", owners = "team_ids"` a record can be
/// closed to all but the people that those fields (comma separated) name, and with `within = "candidate_id, job_id"` a
/// record is closed with the first of those that it points to. With `after_own` who may see a part of the kind sees, of
/// each key of `by`, what others made only once they have made one themselves. With `whose = "member_id"` a record is its
/// author's if that field names them, whoever made it.
///
/// `#[field(max = 200, min = 0, required, server, immutable, index, search, items = 10)]` on a field.
#[proc_macro_derive(Entity, attributes(entity, field))]
pub fn entity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand_entity(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Describes an item of an ordered list.
#[proc_macro_derive(Item, attributes(field))]
pub fn item(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand_item(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn expand_entity(input: &DeriveInput) -> syn::Result<Tokens> {
    let name = &input.ident;
    let type_name = name.to_string();
    let entity = Options::read(&input.attrs, "entity")?;
    let collection = entity.text("collection")?;
    let code = entity.number("code")?;
    let by = option(entity.find_text("by"));
    let private = option(entity.find_text("private"));
    let through = through(&entity)?;
    let wall = option(entity.find_text("wall"));
    let (owners, within) = (entity.list("owners"), entity.list("within"));
    let after_own = entity.flag("after_own");
    let whose = option(entity.find_text("whose"));
    let titles = entity.list("title");
    let entry = entity.flag("entry");
    let server = entity.flag("server");
    let doc = doc_text(&input.attrs);
    let fields = field_defs(input)?;
    Ok(quote! {
        impl ::zumodra_shared::schema::Entity for #name {
            const NAME: &'static str = #collection;
            const DEF: ::zumodra_shared::schema::EntityDef = ::zumodra_shared::schema::EntityDef {
                name: #collection,
                code: #code,
                type_name: #type_name,
                doc: #doc,
                entry: #entry,
                server: #server,
                scope: ::zumodra_shared::access::ScopeRule {
                    class: #collection, by: #by, private: #private, through: #through,
                    wall: #wall, owners: &[#(#owners),*], within: &[#(#within),*], after_own: #after_own,
                    whose: #whose,
                },
                titles: &[#(#titles),*],
                fields: &[#(#fields),*],
            };
        }
    })
}

/// The kind whose records share those of this kind.
fn through(entity: &Options) -> syn::Result<Tokens> {
    let Some(kind) = entity.find_text("through") else { return Ok(quote!(None)) };
    let (me, key) = (entity.text("me")?, entity.text("key")?);
    Ok(quote!(Some(::zumodra_shared::access::Through { kind: #kind, me: #me, key: #key })))
}

fn expand_item(input: &DeriveInput) -> syn::Result<Tokens> {
    let name = &input.ident;
    let fields = field_defs(input)?;
    Ok(quote! {
        impl ::zumodra_shared::schema::Item for #name {
            const FIELDS: &'static [::zumodra_shared::schema::FieldDef] = &[#(#fields),*];
        }
    })
}

fn field_defs(input: &DeriveInput) -> syn::Result<Vec<Tokens>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "only a struct can be a record"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new_spanned(input, "a record has named fields"));
    };
    named
        .named
        .iter()
        .filter(|field| field.ident.as_ref().is_some_and(|i| i != "id"))
        .map(field_def)
        .collect()
}

fn field_def(field: &syn::Field) -> syn::Result<Tokens> {
    let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let ty = &field.ty;
    let options = Options::read(&field.attrs, "field")?;
    let max = option_number(options.find_number("max"));
    let min = option_number(options.find_number("min"));
    let items = option_number(options.find_number("items"));
    let (required, server, immutable) =
        (options.flag("required"), options.flag("server"), options.flag("immutable"));
    let (index, search) = (options.flag("index"), options.flag("search"));
    let doc = doc_text(&field.attrs);
    Ok(quote! {
        ::zumodra_shared::schema::FieldDef {
            name: #name,
            doc: #doc,
            kind: <#ty as ::zumodra_shared::schema::FieldType>::KIND,
            nullable: <#ty as ::zumodra_shared::schema::FieldType>::NULLABLE,
            max: #max, min: #min, items: #items,
            required: #required, server: #server, immutable: #immutable, index: #index, search: #search,
        }
    })
}

fn option(text: Option<String>) -> Tokens {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

fn option_number(number: Option<i64>) -> Tokens {
    number.map_or_else(|| quote!(None), |number| quote!(Some(#number)))
}

/// The sentences of the doc comment, joined.
fn doc_text(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter(|a| a.path().is_ident("doc")).filter_map(|a| match &a.meta {
        Meta::NameValue(pair) => literal_text(&pair.value),
        _ => None,
    });
    lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn literal_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The `key = value` pairs and flags of one attribute.
struct Options {
    pairs: Vec<(String, Option<Expr>)>,
}

impl Options {
    fn read(attrs: &[Attribute], name: &str) -> syn::Result<Self> {
        let mut pairs = Vec::new();
        for attr in attrs.iter().filter(|a| a.path().is_ident(name)) {
            attr.parse_nested_meta(|meta| {
                let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                const KNOWN: [&str; 23] = [
                    "collection",
                    "code",
                    "by",
                    "private",
                    "through",
                    "me",
                    "key",
                    "wall",
                    "owners",
                    "within",
                    "entry",
                    "server",
                    "title",
                    "after_own",
                    "whose",
                    "max",
                    "min",
                    "items",
                    "required",
                    "immutable",
                    "index",
                    "search",
                    "doc",
                ];
                if !KNOWN.contains(&key.as_str()) {
                    return Err(meta.error("this option is not known"));
                }
                let value = if meta.input.peek(syn::Token![=]) { Some(meta.value()?.parse()?) } else { None };
                pairs.push((key, value));
                Ok(())
            })?;
        }
        Ok(Self { pairs })
    }

    fn flag(&self, key: &str) -> bool {
        self.pairs.iter().any(|(k, value)| k == key && value.is_none())
    }

    fn find_text(&self, key: &str) -> Option<String> {
        self.pairs.iter().find(|(k, _)| k == key).and_then(|(_, value)| literal_text(value.as_ref()?))
    }

    /// Comma separated texts.
    fn list(&self, key: &str) -> Vec<String> {
        let texts = self.find_text(key).unwrap_or_default();
        texts.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    fn text(&self, key: &str) -> syn::Result<String> {
        self.find_text(key).ok_or_else(|| {
            syn::Error::new(proc_macro2::Span::call_site(), format!("`{key} = \"…\"` is missing"))
        })
    }

    fn find_number(&self, key: &str) -> Option<i64> {
        match self.pairs.iter().find(|(k, _)| k == key)?.1.as_ref()? {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
                Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
                    number.base10_parse::<i64>().ok().map(|number| -number)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn number(&self, key: &str) -> syn::Result<u16> {
        self.find_number(key).and_then(|n| u16::try_from(n).ok()).ok_or_else(|| {
            syn::Error::new(proc_macro2::Span::call_site(), format!("`{key} = <number>` is missing"))
        })
    }
}
