//! Frames come through the wire as they went in, and whatever else comes is refused.

use proptest::prelude::*;
use uuid::Uuid;
use zumodra_shared::kernel::Code;
use zumodra_shared::kernel::limits::{MAX_FRAME_BYTES, MAX_FRAME_INFLATED_BYTES};
use zumodra_shared::sync::wire::{
    Blob, Body, Chunk, ChunkPosition, ClientFrame, Command, CommandDone, GrantsChanged, Hello, Item, Outcome,
    Page, Push, Pushed, PushedChange, Row, ScopeSum, ServerFrame, Stamp, Wall, Welcome, WireProblem, decode,
    encode,
};

/// Frames that are generated for each law.
const CASES: u32 = 96;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

fn scopes() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-z/]{0,20}", 0..5)
}

fn position() -> impl Strategy<Value = ChunkPosition> {
    (scopes(), any::<u16>(), prop::option::of(id()), any::<u64>())
        .prop_map(|(scopes, kind, after, done)| ChunkPosition { scopes, kind, after, done })
}

fn problem() -> impl Strategy<Value = WireProblem> {
    let fields = prop::collection::vec(("[a-z]{1,9}", ".{0,20}"), 0..3);
    ("[a-z-]{1,20}", prop::option::of(".{0,40}"), fields).prop_map(|(code, detail, fields)| WireProblem {
        code,
        detail,
        fields,
    })
}

fn stamp() -> impl Strategy<Value = Stamp> {
    (any::<i64>(), id()).prop_map(|(at, by)| Stamp { at, by })
}

fn wall() -> impl Strategy<Value = Option<Wall>> {
    prop::option::of((any::<u32>(), prop::option::of(id())).prop_map(|(moves, by)| Wall { moves, by }))
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        prop::collection::vec(bytes().prop_map(Blob), 0..4).prop_map(Body::Changes),
        bytes().prop_map(Body::Snapshot),
        bytes().prop_map(Body::Entry),
        (bytes(), ".{0,80}", any::<bool>())
            .prop_map(|(saved, fields, deleted)| Body::Loaded(saved, Row { fields, deleted })),
    ]
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let shares = prop::option::of(scopes());
    let item = (id(), any::<u16>(), body(), stamp(), prop::option::of(stamp()), shares, wall()).prop_map(
        |(doc, kind, body, updated, created, shares, wall)| Item {
            doc,
            kind,
            body,
            updated,
            created,
            shares,
            wall,
        },
    );
    prop::collection::vec(item, 0..5)
}

fn client() -> impl Strategy<Value = ClientFrame> {
    let hello = (
        any::<u16>(),
        any::<u32>(),
        ".{0,40}",
        any::<Option<[u8; 16]>>(),
        scopes(),
        prop::option::of(position()),
        prop::option::of(bytes().prop_map(Blob)),
    )
        .prop_map(|(protocol, schema, token, cursor, scopes, download, digest)| {
            ClientFrame::Hello(Hello { protocol, schema, token, cursor, scopes, download, digest })
        });
    let change = (id(), any::<u16>(), bytes()).prop_map(|(doc, kind, body)| PushedChange { doc, kind, body });
    let push = (any::<u32>(), prop::collection::vec(change, 0..5))
        .prop_map(|(batch, changes)| ClientFrame::Push(Push { batch, changes }));
    let command = (id(), "[a-z_]{0,20}", id(), ".{0,60}")
        .prop_map(|(key, name, target, args)| ClientFrame::Command(Command { key, name, target, args }));
    prop_oneof![
        hello,
        push,
        command,
        position().prop_map(ClientFrame::NextChunk),
        ".{0,40}".prop_map(ClientFrame::Renew),
        prop::collection::vec(id(), 0..9).prop_map(ClientFrame::Fetch),
        Just(ClientFrame::Purged),
        Just(ClientFrame::Ping),
        any::<[u8; 16]>().prop_map(ClientFrame::Reached),
    ]
}

fn server() -> impl Strategy<Value = ServerFrame> {
    let welcome = (
        (any::<u16>(), any::<u32>(), "[a-z_]{1,20}", any::<i64>()),
        (scopes(), any::<Option<[u8; 16]>>(), prop::option::of(position()), any::<u64>()),
        any::<Option<bool>>(),
    )
        .prop_map(|((protocol, schema, role, now), (grants, cursor, download, total), same)| {
            ServerFrame::Welcome(Welcome {
                protocol,
                schema,
                role,
                now,
                grants,
                cursor,
                download,
                total,
                opened: None,
                same,
            })
        });
    let sum = ("[a-z/]{0,20}", any::<u64>(), any::<i64>())
        .prop_map(|(scope, documents, checksum)| ScopeSum { scope, documents, checksum });
    let gone = prop::collection::vec(id(), 0..9);
    let sums = prop::option::of(prop::collection::vec(sum, 0..4));
    let page = (items(), gone, any::<[u8; 16]>(), any::<bool>(), sums).prop_map(
        |(items, gone, cursor, more, checkpoint)| {
            ServerFrame::Page(Page { items, gone, cursor, more, checkpoint })
        },
    );
    let outcome = prop_oneof![
        wall().prop_map(Outcome::Accepted),
        problem().prop_map(Outcome::Refused),
        problem().prop_map(Outcome::Later)
    ];
    let pushed = (any::<u32>(), prop::collection::vec(outcome, 0..5), any::<Option<i64>>())
        .prop_map(|(batch, outcomes, at)| ServerFrame::Pushed(Pushed { batch, outcomes, at }));
    let grants = ("[a-z_]{1,20}", scopes(), prop::option::of(position()), any::<u64>()).prop_map(
        |(role, grants, download, total)| {
            ServerFrame::Grants(GrantsChanged {
                role,
                grants,
                download,
                total,
                opened: Some(vec!["x".into()]),
            })
        },
    );
    prop_oneof![
        welcome,
        page,
        pushed,
        grants,
        (items(), prop::option::of(position()), any::<u64>())
            .prop_map(|(items, next, total)| ServerFrame::Chunk(Chunk { items, next, total })),
        (id(), prop::option::of(problem()))
            .prop_map(|(key, problem)| ServerFrame::CommandDone(CommandDone { key, problem })),
        problem().prop_map(ServerFrame::Refused),
        any::<u32>().prop_map(ServerFrame::GoAway),
        items().prop_map(ServerFrame::Fetched),
        Just(ServerFrame::Pong),
        Just(ServerFrame::SayNames),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn frames_come_through_as_they_went_in(up in client(), down in server()) {
        prop_assert_eq!(&decode::<ClientFrame>(&encode(&up)).expect("reads"), &up);
        prop_assert_eq!(&decode::<ServerFrame>(&encode(&down)).expect("reads"), &down);
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for flag in [None, Some(0), Some(1)] {
            let framed: Vec<u8> = flag.into_iter().chain(bytes.iter().copied()).collect();
            let _read_or_refused = decode::<ClientFrame>(&framed);
            let _read_or_refused = decode::<ServerFrame>(&framed);
        }
    }

    #[test]
    fn altered_frames_are_read_or_refused(
        up in client(),
        down in server(),
        alterations in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        cut in any::<prop::sample::Index>(),
    ) {
        for mut bytes in [encode(&up), encode(&down)] {
            for (at, byte) in &alterations {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _read_or_refused = (decode::<ClientFrame>(&bytes), decode::<ServerFrame>(&bytes));
            bytes.truncate(cut.index(bytes.len()));
            let _read_or_refused = (decode::<ClientFrame>(&bytes), decode::<ServerFrame>(&bytes));
        }
    }
}

#[test]
fn frames_beyond_the_limits_are_refused() {
    let refused = |bytes: &[u8]| decode::<ClientFrame>(bytes).err().map(|problem| problem.code);
    assert_eq!(refused(&vec![0; MAX_FRAME_BYTES + 1]), Some(Code::TooLarge));
    let bomb = zstd::bulk::compress(&vec![0; MAX_FRAME_INFLATED_BYTES + 1], 3).expect("compresses");
    assert!(bomb.len() < 10_000);
    let bomb: Vec<u8> = std::iter::once(1).chain(bomb).collect();
    assert_eq!(refused(&bomb), Some(Code::MalformedFrame));
    assert_eq!(refused(&[]), Some(Code::MalformedFrame));
    assert_eq!(refused(&[7, 0]), Some(Code::MalformedFrame));
}

#[test]
fn what_a_newer_version_adds_to_the_end_of_a_frame_is_passed_over() {
    let plain = encode(&ClientFrame::Push(Push { batch: 7, changes: Vec::new() }));
    // A frame is [number, [fields]], its fields one array: [1, [[7, []]]] becomes [1, [[7, [], "more"]]].
    assert_eq!(plain, [0, 0x82, 1, 0x81, 0x82, 7, 0x80]);
    let newer = [0, 0x82, 1, 0x81, 0x83, 7, 0x80, 0x64, b'm', b'o', b'r', b'e'];
    assert_eq!(decode::<ClientFrame>(&newer), decode::<ClientFrame>(&plain));
}

const ONE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

fn place() -> ChunkPosition {
    ChunkPosition { scopes: vec!["jobs".into()], kind: 2, after: Some(ONE), done: 500 }
}

fn refusal() -> WireProblem {
    WireProblem { code: "forbidden".into(), detail: None, fields: vec![("name".into(), "Not this.".into())] }
}

const fn a_wall() -> Wall {
    Wall { moves: 1, by: Some(ONE) }
}

fn an_item(body: Body) -> Item {
    let updated = Stamp { at: 1_790_000_000_000, by: ONE };
    Item { doc: ONE, kind: 5, body, updated, created: None, shares: None, wall: None }
}

/// One frame of every sort from a replica.
fn client_frames() -> Vec<ClientFrame> {
    vec![
        ClientFrame::Hello(Hello {
            protocol: 1,
            schema: 7,
            token: "a.b.c".into(),
            cursor: None,
            scopes: vec![],
            download: None,
            digest: None,
        }),
        ClientFrame::Hello(Hello {
            protocol: 1,
            schema: 7,
            token: "a.b.c".into(),
            cursor: Some([9; 16]),
            scopes: vec!["jobs".into()],
            download: Some(place()),
            digest: None,
        }),
        ClientFrame::Push(Push {
            batch: 3,
            changes: vec![PushedChange { doc: ONE, kind: 5, body: vec![1, 2] }],
        }),
        ClientFrame::Command(Command {
            key: ONE,
            name: "publish_job".into(),
            target: ONE,
            args: "{}".into(),
        }),
        ClientFrame::NextChunk(place()),
        ClientFrame::Renew("d.e.f".into()),
        ClientFrame::Fetch(vec![ONE, ONE]),
        ClientFrame::Purged,
        ClientFrame::Ping,
        ClientFrame::Reached([9; 16]),
        ClientFrame::Hello(Hello {
            protocol: 2,
            schema: 7,
            token: "a.b.c".into(),
            cursor: Some([9; 16]),
            scopes: vec![],
            download: None,
            digest: Some(Blob(vec![7; 16])),
        }),
    ]
}

/// One frame of every sort from the server.
fn server_frames() -> Vec<ServerFrame> {
    vec![
        ServerFrame::Welcome(Welcome {
            protocol: 1,
            schema: 7,
            role: "owner".into(),
            now: 1_790_000_000_000,
            grants: vec!["jobs".into()],
            cursor: Some([9; 16]),
            download: None,
            total: 0,
            opened: None,
            same: None,
        }),
        ServerFrame::Page(Page {
            items: vec![an_item(Body::Changes(vec![Blob(vec![1, 2])])), an_item(Body::Entry(b"{}".to_vec()))],
            gone: vec![ONE],
            cursor: [9; 16],
            more: false,
            checkpoint: Some(vec![ScopeSum { scope: "jobs".into(), documents: 2, checksum: -3 }]),
        }),
        ServerFrame::Chunk(Chunk {
            items: vec![
                an_item(Body::Snapshot(vec![1])),
                an_item(Body::Loaded(vec![1], Row { fields: "{}".into(), deleted: true })),
            ],
            next: Some(place()),
            total: 9,
        }),
        ServerFrame::Pushed(Pushed {
            batch: 3,
            outcomes: vec![
                Outcome::Accepted(None),
                Outcome::Accepted(Some(a_wall())),
                Outcome::Refused(refusal()),
                Outcome::Later(refusal()),
            ],
            at: Some(1_790_000_000_000),
        }),
        ServerFrame::CommandDone(CommandDone { key: ONE, problem: None }),
        ServerFrame::Grants(GrantsChanged {
            role: "viewer".into(),
            grants: vec![],
            download: Some(place()),
            total: 9,
            opened: Some(vec![ONE.to_string()]),
        }),
        ServerFrame::Refused(refusal()),
        ServerFrame::GoAway(250),
        ServerFrame::Fetched(vec![]),
        ServerFrame::Fetched(vec![Item {
            shares: Some(vec!["candidates/1".into()]),
            wall: Some(Wall { moves: 2, by: None }),
            ..an_item(Body::Snapshot(vec![1]))
        }]),
        ServerFrame::Pong,
        ServerFrame::SayNames,
        ServerFrame::Welcome(Welcome {
            protocol: 2,
            schema: 7,
            role: "owner".into(),
            now: 1_790_000_000_000,
            grants: vec![],
            cursor: None,
            download: None,
            total: 0,
            opened: None,
            same: Some(true),
        }),
    ]
}

/// One frame of every sort, as bytes: what a client in another language has to read and write. A change here breaks
/// every client that is out there.
#[test]
fn a_frame_of_every_sort_has_these_bytes() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let client = client_frames().into_iter().map(|frame| (format!("{frame:?}"), encode(&frame)));
    let server = server_frames().into_iter().map(|frame| (format!("{frame:?}"), encode(&frame)));
    let text: String =
        client.chain(server).map(|(frame, bytes)| format!("{frame}\n  {}\n", hex(&bytes))).collect();
    insta::assert_snapshot!(text);
}
