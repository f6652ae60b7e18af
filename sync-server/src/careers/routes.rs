//! The addresses of the career pages.

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, get};
use zumodra_shared::ats::Job;
use zumodra_shared::kernel::Code;

use super::apply::{self, Sender, Submitted};
use super::board::board;
use super::error::{answered, privately};
use super::feeds::Feed;
use super::job::{PublicJob, Target};
use super::job_page::JobPage;
use super::listing::{Listing, Wanted};
use super::pages::{self, ApplyPage, ListPage, SentPage};
use super::reply::{for_any_origin, preflight, tagged};
use super::show::day_of;
use super::site::Site;
use super::text::escaped;
use super::upload::MAX_FORM_BYTES;
use super::views::{self, Asked, Step};
use super::xml::Xml;
use super::{
    alerts, api, assets, consent, content, domains, embed, letters, portal, references, store, survey, times,
};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::limit::{Class, by_address};
use crate::http::observe::ClientAddr;
use crate::tenants;

/// Bytes of the longest slug in an address; a longer one names nothing.
const MAX_SLUG_BYTES: usize = 220;

/// Every address of the career pages.
pub fn routes(app: &App) -> Router<App> {
    let mut router = Router::new()
        .route("/careers/assets/{name}", get(assets::asset))
        .route("/careers/assets/seal.pem", get(letters::certificate))
        .route("/robots.txt", get(robots))
        .route("/.well-known/zumodra/certificate", get(domains::certificate))
        .route("/", get(front));
    for base in ["/careers", "/careers/{tenant}"] {
        let form = get(form).post(submit).layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
        let spontaneous = form.clone();
        router = router
            .route(base, get(with_slash))
            .route(&format!("{base}/"), get(list))
            .route(&format!("{base}/sitemap.xml"), get(sitemap))
            .route(&format!("{base}/feed.xml"), get(rss))
            .route(&format!("{base}/indeed.xml"), get(indeed))
            .route(&format!("{base}/linkedin.xml"), get(linkedin))
            .route(&format!("{base}/logo/{{name}}"), get(logo))
            .route(&format!("{base}/embed.js"), get(embed::script))
            .route(&format!("{base}/embed/"), get(framed))
            .route(&format!("{base}/apply"), get(with_slash))
            .route(&format!("{base}/apply/"), spontaneous)
            .route(&format!("{base}/applied/"), get(applied))
            .route(&format!("{base}/jobs/{{slug}}"), get(with_slash))
            .route(&format!("{base}/jobs/{{slug}}/"), get(job))
            .route(&format!("{base}/jobs/{{slug}}/apply"), get(with_slash))
            .route(&format!("{base}/jobs/{{slug}}/apply/"), form)
            .route(&format!("{base}/jobs/{{slug}}/applied/"), get(applied));
        router = times::add_routes(letters::add_routes(router, base), base);
        router = alerts::add_routes(portal::add_routes(router, base), base);
        router = content::add_routes(survey::add_routes(router, base), base);
        router = references::add_routes(router, base);
        router = consent::add_routes(router, base);
    }
    let limited = from_fn_with_state((app.clone(), Class::Anon), by_address);
    router
        .route("/sitemap.xml", get(sitemap))
        .route("/api/v1/careers/jobs/", board_of(get(api::list).layer(limited.clone())))
        .route("/api/v1/careers/jobs/{slug}/", board_of(get(api::one).layer(limited)))
}

/// A route that the pages of any origin may read.
fn board_of(route: MethodRouter<App>) -> MethodRouter<App> {
    route.options(preflight).layer(from_fn(for_any_origin))
}

/// The last part of a job's address. What cannot be one names nothing.
fn slug(params: &RawPathParams) -> &str {
    let found = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug);
    found.filter(|slug| slug.len() <= MAX_SLUG_BYTES && slug.is_ascii()).unwrap_or_default()
}

/// The job of an address, if it takes applications now.
///
/// # Errors
/// [`Code::JobNotOpen`] for one that was public and takes none any more, [`Code::NotFound`] for every other.
pub async fn open_job(app: &App, site: &Site, slug: &str) -> Result<PublicJob> {
    if slug.is_empty() {
        return Err(Code::NotFound.into());
    }
    if let Some(public) = board(app, &site.tenant).await?.by_slug(slug) {
        return Ok(public.clone());
    }
    let mut tx = app.db().tenant_snapshot(&site.tenant.schema).await?;
    let found = store::by_slug(&mut tx, slug).await?;
    tx.commit().await?;
    let public = found.ok_or(Code::NotFound)?;
    // What was never for the public must not be told from what does not exist.
    let Job { published_on_career_page, is_internal_only, is_private, .. } = public.job;
    let was_public = published_on_career_page && !is_internal_only && !is_private;
    Err(if was_public { Code::JobNotOpen.into() } else { Code::NotFound.into() })
}

async fn list(State(app): State<App>, site: Site, OriginalUri(uri): OriginalUri) -> Response {
    let answer = async {
        let board = board(&app, &site.tenant).await?;
        let wanted = Wanted::read(uri.query());
        let listing = Listing::of(&board, &wanted, site.language);
        Ok(pages::answer(StatusCode::OK, &ListPage::of(&site, &wanted, &listing)))
    };
    if site.preview.is_empty() { answered(&site, answer.await) } else { privately(&site, answer.await) }
}

async fn job(
    State(app): State<App>,
    site: Site,
    params: RawPathParams,
    method: Method,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let answer = async {
        let public = open_job(&app, &site, slug(&params)).await?;
        let asked = Asked { method: &method, headers: &headers, query: uri.query() };
        views::count(&app, &site.tenant, public.id, Step::Viewed, &asked);
        Ok(pages::answer(StatusCode::OK, &JobPage::of(&site, &public)))
    };
    answered(&site, answer.await)
}

/// The job that an address names, or none where it names none and the workspace takes applications without one.
async fn applied_for(app: &App, site: &Site, params: &RawPathParams) -> Result<Option<PublicJob>> {
    if params.iter().any(|(name, _)| name == "slug") {
        return open_job(app, site, slug(params)).await.map(Some);
    }
    if site.tenant.settings.careers_spontaneous { Ok(None) } else { Err(Code::NotFound.into()) }
}

fn target(public: &Option<PublicJob>) -> Target<'_> {
    public.as_ref().map_or(Target::AnyWork, Target::Job)
}

async fn form(
    State(app): State<App>,
    site: Site,
    params: RawPathParams,
    method: Method,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let answer = async {
        let public = applied_for(&app, &site, &params).await?;
        if let Some(public) = &public {
            let asked = Asked { method: &method, headers: &headers, query: uri.query() };
            views::count(&app, &site.tenant, public.id, Step::Started, &asked);
            // Whoever follows an old link to the form arrives where people apply.
            if let Some(address) = public.elsewhere() {
                let address = url::Url::parse(address).map_err(|_| Code::JobNotOpen)?;
                return Ok(Redirect::to(address.as_str()).into_response());
            }
        }
        let form = apply::open(&app, &site, target(&public));
        Ok(pages::answer(StatusCode::OK, &ApplyPage::of(&site, target(&public), form)))
    };
    answered(&site, answer.await)
}

async fn submit(
    State(app): State<App>,
    site: Site,
    params: RawPathParams,
    ClientAddr(addr): ClientAddr,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let answer = async {
        let public = applied_for(&app, &site, &params).await?;
        if public.as_ref().is_some_and(|public| public.elsewhere().is_some()) {
            return Err(Code::JobNotOpen.into());
        }
        let (target, uri) = (target(&public), request.uri().clone());
        let agent = headers
            .get(header::USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let user_agent = agent.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
        match apply::submit(&app, &site, target, request, Sender { addr, user_agent }).await? {
            // A page of its own, so that loading it again sends nothing again.
            Submitted::Kept { once } => {
                if let Some(public) = &public {
                    let asked = Asked { method: &Method::POST, headers: &headers, query: uri.query() };
                    views::count(&app, &site.tenant, public.id, Step::Sent, &asked);
                }
                let mut response = Redirect::to(&site.path(&target.sent())).into_response();
                survey::follow(&app, &site, once, &headers, &mut response);
                Ok(response)
            }
            Submitted::Again { form, status, retry_after } => {
                let mut response = pages::answer(status, &ApplyPage::of(&site, target, *form));
                if let Some(wait) = retry_after {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
                }
                Ok(response)
            }
        }
    };
    answered(&site, answer.await)
}

async fn applied(State(app): State<App>, site: Site, params: RawPathParams, headers: HeaderMap) -> Response {
    let answer = async {
        let public = applied_for(&app, &site, &params).await?;
        let offer = survey::offered(&app, &site, &headers);
        Ok(pages::answer(StatusCode::OK, &SentPage::of(&site, target(&public), offer)))
    };
    // What is offered depends on who asks.
    privately(&site, answer.await)
}

async fn framed(
    State(app): State<App>,
    site: Site,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let answer = async {
        let board = board(&app, &site.tenant).await?;
        embed::page(&headers, &site, &Wanted::read(uri.query()), &board)
    };
    answered(&site, answer.await)
}

async fn rss(State(app): State<App>, site: Site, headers: HeaderMap) -> Response {
    feed(&app, &site, &headers, Feed::Rss).await
}

async fn indeed(State(app): State<App>, site: Site, headers: HeaderMap) -> Response {
    feed(&app, &site, &headers, Feed::Indeed).await
}

async fn linkedin(State(app): State<App>, site: Site, headers: HeaderMap) -> Response {
    feed(&app, &site, &headers, Feed::Linkedin).await
}

async fn feed(app: &App, site: &Site, headers: &HeaderMap, feed: Feed) -> Response {
    let answer = async {
        let board = board(app, &site.tenant).await?;
        Ok(tagged(headers, feed.media_type(), feed.of(&site.for_programs(), &board, app.now())))
    };
    answered(site, answer.await)
}

/// The workspace's logo, at an address that changes with it.
async fn logo(State(app): State<App>, site: Site, params: RawPathParams) -> Response {
    let answer = async {
        let name = params.iter().find(|(name, _)| *name == "name").map(|(_, name)| name).unwrap_or_default();
        let logo = site.tenant.settings.careers_logo.as_ref().ok_or(Code::NotFound)?;
        if site.logo().is_none_or(|path| !path.ends_with(&format!("/logo/{name}"))) || name.is_empty() {
            return Err(Code::NotFound.into());
        }
        let bytes = tenants::logo::bytes(&app, &site.tenant, logo).await?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(logo.kind.media_type())),
            (header::CACHE_CONTROL, assets::FOR_EVER),
        ];
        Ok((headers, bytes).into_response())
    };
    answered(&site, answer.await)
}

/// Leads to the address with its slash.
pub async fn with_slash(OriginalUri(uri): OriginalUri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{}/{query}", uri.path()))
}

/// The front of a workspace's own host leads to its pages; the installation's has none.
async fn front(site: std::result::Result<Site, super::error::PageError>) -> Response {
    match site {
        Ok(site) => Redirect::temporary(&site.home()).into_response(),
        Err(_) => Error::from(Code::NotFound).into_response(),
    }
}

async fn robots(site: std::result::Result<Site, super::error::PageError>) -> Response {
    let sitemap = match &site {
        Ok(site) => site.address("sitemap.xml"),
        // The installation's own host does not list its workspaces.
        Err(_) => String::new(),
    };
    let mut text = String::from("User-agent: *\nDisallow: /api/\n");
    if !sitemap.is_empty() {
        text.push_str(&format!("Sitemap: {sitemap}\n"));
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// A page of the sitemap, with the same page in each language if there are several.
fn add(xml: &mut Xml, address: &str, day: &str, alternates: &[(&str, String)]) {
    xml.open("url");
    xml.text("loc", address);
    xml.text("lastmod", day);
    for (tag, address) in alternates {
        let href = escaped(address);
        xml.empty(&format!("xhtml:link rel=\"alternate\" hreflang=\"{tag}\" href=\"{href}\""));
    }
    xml.close("url");
}

async fn sitemap(State(app): State<App>, site: Site) -> Response {
    let answer = async {
        let board = board(&app, &site.tenant).await?;
        let mut xml = Xml::default();
        xml.open(
            "urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"",
        );
        add(&mut xml, &site.address(""), "", &[]);
        if site.tenant.settings.careers_spontaneous {
            add(&mut xml, &site.address(&Target::AnyWork.form()), "", &[]);
        }
        for page in site.content.content.pages.iter().filter(|page| page.is_published) {
            add(&mut xml, &site.address(&content::path(page)), "", &[]);
        }
        for public in board.jobs.iter().map(|listed| &listed.public) {
            let day = public.job.published_at.map(|at| day_of(at.0)).unwrap_or_default();
            let alternates = site.alternates(public);
            if alternates.is_empty() {
                add(&mut xml, &site.job_address(public), &day, &[]);
            }
            for (_, address) in &alternates {
                add(&mut xml, address, &day, &alternates);
            }
        }
        xml.close("urlset");
        let xml = xml.finish();
        Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
    };
    answered(&site, answer.await)
}
