//! What documents made to hurt cost a server of their own: processor time and memory, as the kernel counts them.

use std::fs;

use serde_json::json;

use super::{deep, document, fans, many, nested, odd, wide};
use crate::{
    council::on_both,
    server_process::{Premises, ServerProcess},
};

/// Each is sent so often, for the kernel counts in hundredths of a second.
const TIMES: u64 = 10;
/// Milliseconds of processor time that one may cost, at most. A server that was built to be looked into takes thrice as long.
const MOST_MILLISECONDS: u64 = if cfg!(debug_assertions) { 150 } else { 50 };
/// KiB by which the server may grow while one is looked at, at most.
const MOST_KIB: u64 = 16 * 1_024;

/// Processor time of the whole process so far, in milliseconds.
fn spent(server: &ServerProcess) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", server.id())).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks: Vec<u64> = after_name.split_whitespace().skip(11).take(2).map(|it| it.parse().unwrap()).collect();
    // A tick is a hundredth of a second wherever Linux runs.
    ticks.iter().sum::<u64>() * 10
}

/// What such a scanner tries besides: valid documents that are as much as may be asked for.
fn allowed() -> Vec<super::Blow> {
    let introspection = include_str!("../../../src/http/front_door/introspection.graphql");
    vec![
        document("the whole schema", introspection),
        document("as deep as may be", format!("{{__type(name:\"Query\"){{{}}}}}", nested("ofType{", "name", "}", 17))),
        document("thirty aliases", format!("{{{}}}", many(30, |n| format!("a{n}:__typename ")))),
        document("a field five hundred times", format!("{{{}}}", "__typename ".repeat(500))),
        ("a megabyte of tokens", json!({ "query": format!("{{{}}}", "a ".repeat(500_000)) }).to_string()),
    ]
}

on_both! {
    async fn what_is_made_to_hurt_costs_a_server_little(here: &Premises) {
        let server = here.demo();
        let strike = async |body: &str| {
            let post = reqwest::Client::new().post(server.url("/graphql")).header("content-type", "application/json");
            let response = post.header("accept", "application/graphql-response+json").body(body.to_owned()).send().await.unwrap();
            response.bytes().await.unwrap();
        };
        let blows = [deep(), fans(), wide(), odd(), allowed()].concat();
        // What is made once, such as the rules of the schema, is nobody's cost.
        for (_, body) in &blows {
            strike(body).await;
        }
        let (mut longest, mut largest) = ((0, ""), (0, ""));
        for (name, body) in &blows {
            server.forget_peak();
            let (before, resident) = (spent(&server), server.memory("VmRSS"));
            for _ in 0..TIMES {
                strike(body).await;
            }
            let (cost, grown) = ((spent(&server) - before) / TIMES, server.memory("VmHWM").saturating_sub(resident));
            assert!(cost <= MOST_MILLISECONDS, "{name} costs {cost} ms");
            assert!(grown <= MOST_KIB, "{name} takes {grown} KiB");
            longest = longest.max((cost, name));
            largest = largest.max((grown, name));
        }
        println!("{} documents: the longest was {} with {} ms of processor time, the largest {} with {} KiB", blows.len(), longest.1, longest.0, largest.1, largest.0);
        server.kill();
    }
}
