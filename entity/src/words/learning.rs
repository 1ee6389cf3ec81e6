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
        /// An appointment that she made is tomorrow, or later today.
        AppointmentAhead,
        /// Somebody she put on the list has a time now.
        AppointmentFound,
        /// An appointment that she made has lost its time: we closed, or moved.
        AppointmentLost,
        /// A draft of hers goes by itself, unless she writes in it, completes it or extends it.
        DraftExpires,
        /// A policy was told: it starts on the day that is said, and is open to comments until then.
        PolicyAnnounced,
        /// A colleague asks what she thinks.
        ReflectionAsked,
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
