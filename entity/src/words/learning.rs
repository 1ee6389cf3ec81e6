//! Words about what is told and learned afterwards.

use super::words;

words! {
    /// What somebody is told of.
    NoticeKind {
        /// Money was spent at once because it could not wait.
        Emergency,
        /// What was set aside for her goes back by itself within two days.
        HoldGoesBack,
        /// A question she answers for is soon not asked any more, unless somebody looks at it again.
        QuestionReviewDue,
        /// Somebody opened a restricted record because it could not wait.
        RestrictedRecordOpened,
    }

    /// Why a learning conversation was opened.
    WhyLearning {
        /// Money was spent at once because it could not wait.
        Emergency,
        /// Chance chose the spend, so that ordinary days are learned from too.
        Sample,
    }

    /// Where a learning conversation stands. Nothing waits for it.
    LearningState {
        /// Not talked through yet.
        Open,
        /// Talked through; more may still be noted.
        TalkedThrough,
    }

    /// What a learning conversation asks.
    LearningPrompt {
        /// What helped?
        WhatHelped,
        /// What would help next time?
        WhatWouldHelpNext,
    }

    /// Why words were not noted in a learning conversation.
    LearningErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// Nothing was said.
        NothingSaid,
        /// The conversation holds a hundred notes already.
        TooManyNotes,
    }
}
