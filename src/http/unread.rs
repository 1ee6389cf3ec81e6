//! Answers to requests that are not read to their end.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::{Bytes, Payload},
};

/// A body that keeps what is left of the request until it has been sent.
///
/// The server reads a dropped chunked request to its end before it closes the connection; held, it is closed unread.
pub struct HoldsUnread {
    body: Option<Bytes>,
    _unread: Payload,
}

impl HoldsUnread {
    /// The answer's body, and what is left of the request.
    pub fn new(body: Bytes, unread: Payload) -> Self {
        Self { body: Some(body), _unread: unread }
    }
}

impl MessageBody for HoldsUnread {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.body.as_ref().map_or(0, |body| body.len() as u64))
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(self.body.take().map(Ok))
    }
}
