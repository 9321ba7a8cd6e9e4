//! The requests, and in which order they are sent.

use std::cell::RefCell;
use std::fmt;
use std::net::SocketAddr;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::rngs::SmallRng;
use shared::{LoadPlan, LoadRequest, Pace};

/// What can't be done of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// There is no request, or none with a weight.
    Nothing,
    /// No rate, no connections or no clients.
    NoPace,
    /// A request that HTTP doesn't know: which, and what is wrong.
    Request(String, &'static str),
}

impl fmt::Display for Unfit {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Nothing => write!(to, "there is nothing to ask: name at least one path, with a weight above 0"),
            Unfit::NoPace => write!(to, "a rate, connections and clients begin at 1"),
            Unfit::Request(name, what) => write!(to, "`{name}` can't be asked: {what}"),
        }
    }
}

/// A request, ready to be sent again and again.
#[derive(Debug)]
struct Ready {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// All requests, and whose turn is next.
#[derive(Debug)]
pub struct Mix {
    /// By their places in the mix; the neighbour's comes last, if there is one.
    ready: Vec<Ready>,
    order: RefCell<(WeightedIndex<u32>, SmallRng)>,
}

impl Mix {
    /// That of a plan.
    pub fn new(plan: &LoadPlan, target: SocketAddr) -> Result<Mix, Unfit> {
        if plan.pace.connections() == 0 || matches!(plan.pace, Pace::Open { rate: 0, .. }) {
            return Err(Unfit::NoPace);
        }
        let weights = WeightedIndex::new(plan.mix.iter().map(|request| request.weight)).map_err(|_| Unfit::Nothing)?;
        let ready = plan.mix.iter().chain(&plan.neighbour).map(|request| prepare(request, target, plan.keep_alive));
        Ok(Mix {
            ready: ready.collect::<Result<_, _>>()?,
            order: RefCell::new((weights, SmallRng::seed_from_u64(plan.seed))),
        })
    }

    /// Which is next, by its place in the mix.
    pub fn next(&self) -> usize {
        let (weights, random) = &mut *self.order.borrow_mut();
        weights.sample(random)
    }

    /// The neighbour's place: behind all others.
    pub fn neighbour(&self) -> usize {
        self.ready.len() - 1
    }

    /// It, to be sent once.
    pub fn request(&self, which: usize) -> Request<Full<Bytes>> {
        let Ready { method, uri, headers, body } = &self.ready[which];
        let mut request = Request::new(Full::new(body.clone()));
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers.clone();
        request
    }
}

fn prepare(request: &LoadRequest, target: SocketAddr, keep_alive: bool) -> Result<Ready, Unfit> {
    let unfit = |what| Unfit::Request(request.name(), what);
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| unfit("it is no method of HTTP"))?;
    let uri: Uri = request.path.parse().map_err(|_| unfit("it is no path; escape blanks and the like, as in %20"))?;
    if !request.path.starts_with('/') {
        return Err(unfit("a path begins with `/`"));
    }
    let mut headers = HeaderMap::new();
    let host = HeaderValue::from_str(&target.to_string()).map_err(|_| unfit("its host is no header"))?;
    headers.insert(HOST, host);
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit("the name of a header is none"))?;
        let value = HeaderValue::from_str(value).map_err(|_| unfit("the value of a header is none"))?;
        headers.append(name, value);
    }
    if !keep_alive {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(Ready { method, uri, headers, body: Bytes::from(request.body.clone()) })
}

#[cfg(test)]
mod tests {
    use shared::Nanos;

    use super::*;

    fn plan(mix: Vec<LoadRequest>) -> LoadPlan {
        let pace = Pace::Closed { clients: 1 };
        let second = Nanos(1_000_000_000);
        LoadPlan {
            pace,
            warm_up: Nanos(0),
            duration: second,
            timeout: second,
            keep_alive: true,
            seed: 7,
            mix,
            neighbour: None,
        }
    }

    fn mix(plan: &LoadPlan) -> Result<Mix, Unfit> {
        Mix::new(plan, "127.0.0.1:80".parse().unwrap())
    }

    #[test]
    fn the_same_seed_is_the_same_order_by_weight() {
        let plan = plan(vec![LoadRequest::get("/a", 9), LoadRequest::get("/never", 0), LoadRequest::get("/b", 1)]);
        let order = || {
            let mix = mix(&plan).unwrap();
            (0..10_000).map(|_| mix.next()).collect::<Vec<_>>()
        };
        let first = order();
        assert_eq!(first, order());
        let often = first.iter().filter(|which| **which == 0).count();
        assert!((8_800..9_200).contains(&often) && !first.contains(&1), "{often}");
    }

    #[test]
    fn what_cannot_be_asked_is_said() {
        let get = |path| LoadRequest::get(path, 1);
        let header = |name: &str, value: &str| LoadRequest { headers: vec![(name.into(), value.into())], ..get("/") };
        for (requests, said) in [
            (vec![], "nothing to ask"),
            (vec![LoadRequest::get("/", 0)], "nothing to ask"),
            (vec![get("a")], "`GET a` can't be asked: a path begins with `/`"),
            (vec![get("/a b")], "no path"),
            (vec![LoadRequest { method: "GE T".into(), ..get("/") }], "no method"),
            (vec![header("a b", "1")], "name of a header"),
            (vec![header("a", "1\r\nb: 2")], "value of a header"),
        ] {
            let unfit = mix(&plan(requests)).unwrap_err().to_string();
            assert!(unfit.contains(said), "{unfit}");
        }
        let beside = LoadPlan { neighbour: Some(get("b")), ..plan(vec![get("/")]) };
        assert!(mix(&beside).unwrap_err().to_string().contains("`GET b` can't be asked"));
        let idle = LoadPlan { pace: Pace::Open { rate: 0, connections: 1 }, ..plan(vec![get("/")]) };
        assert_eq!(mix(&idle).unwrap_err(), Unfit::NoPace);
    }
}
