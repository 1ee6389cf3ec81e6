//! Words about evidence.

use super::words;

words! {
    /// What something is captured for.
    CaptureUse {
        /// Evidence for a spend: it may be read by a machine, compared with others and attached.
        Receipt,
        /// Handwritten notes, or anything else that is the record itself. No machine reads or compares it.
        Notes,
        /// A voice note. No machine listens to it.
        VoiceNote,
    }

    /// How far a receipt's picture has come.
    ReceiptState {
        /// The row is here; the picture is still on the phone.
        AwaitingPicture,
        /// Every byte of the picture is here, and it is being made fit to keep. The phone may forget it.
        Arrived,
        /// The picture is stored, without its metadata.
        Stored,
    }

    /// Why two receipts may be the same one. The amount alone is never a reason.
    DuplicateEvidence {
        /// The phone sent the same file twice.
        SameFile,
        /// The two look the same, though the files differ.
        SamePicture,
        /// People confirmed the same merchant, day and total, and the same time or the same till number.
        SamePurchase,
    }

    /// What a person says of two receipts that may be the same one.
    DuplicateAnswer {
        /// One and the same.
        SameReceipt,
        /// Two purchases.
        Different,
        /// It cannot be told.
        NotSure,
    }

    /// Why a receipt may belong to a spend, besides the same amount to the penny.
    PairingReason {
        /// Bought around the day it was asked for or spent.
        SameDays,
        /// The merchant's name is among the words of the spend.
        MerchantWords,
        /// Photographed within hours of its being spent.
        CapturedThen,
        /// Nobody has confirmed the total yet; the picture seems to say this much.
        PictureSeemsToSay,
    }

    /// What HMRC asks to see on a receipt with VAT of up to £250 (VAT Notice 700, section 16.6).
    VatItem {
        /// Who sold it.
        Supplier,
        /// Their VAT registration number.
        VatNumber,
        /// The day it was sold.
        Day,
        /// The total with VAT.
        Total,
        /// The VAT in it, or the rate.
        Vat,
    }

    /// How far an upload has come.
    UploadState {
        /// More of it is to come.
        Arriving,
        /// All of it is here, and it is being made fit to keep.
        Arrived,
        /// Its picture is stored.
        Stored,
        /// Its picture cannot be kept.
        Refused,
    }

    /// Why a picture was not kept, or not yet. Nothing waits for it, and another may be sent at any time.
    ReceiptProblem {
        /// The storage is full. It is tried again by itself where the picture is here; send it again where it is not.
        StorageFull,
        /// The storage did not answer as it should. It is tried again by itself, or may be sent again.
        StorageFailed,
        /// It is larger than 20 MB, or a voice note than 10 MB.
        TooLarge,
        /// It is not a picture.
        NotAPicture,
        /// It is not a sound, and was captured as a voice note.
        NotASound,
        /// It is a voice note of more than 30 minutes.
        TooLong,
        /// It is a kind of file that is not accepted.
        UnsupportedKind,
        /// It has too many pixels.
        TooManyPixels,
        /// It has no pixels, or there is nothing to hear.
        Empty,
        /// Part of it is missing.
        Truncated,
        /// It is damaged.
        Broken,
        /// It is a PDF that opens only with a password, or that is otherwise encrypted.
        Encrypted,
        /// It is a PDF with more than 20 pages.
        TooManySheets,
        /// It is a PDF that unpacks to far more than a receipt can be.
        UnpacksTooLarge,
        /// It is not what its hash promised; it changed on its way.
        DigestMismatch,
        /// The receipt has another picture on this page already.
        AnotherPicture,
    }

    /// How far what is shown of a page has come. The page itself is kept in any case.
    PreviewState {
        /// It is being made.
        Waiting,
        /// It can be looked at.
        Made,
        /// The original is kept; this server has no program that shows such a file. It is made when there is one.
        NoConverter,
        /// The original is kept; no program here can show it.
        NotShowable,
    }

    /// What may make a picture hard to read. Advice: nothing waits for a better one.
    PictureHint {
        /// Even the paper is dark.
        Dark,
        /// Its edges are soft, as when the phone moved.
        Blurred,
        /// Light hides a part of it.
        Glare,
    }

    /// Why there is no receipt.
    NoReceiptReason {
        /// The machine, driver or stall gave none.
        NotGiven,
        /// It was lost.
        Lost,
        /// It cannot be read.
        Unreadable,
        /// The person kept it.
        KeptByPerson,
        /// It was not right to ask at that moment.
        NotRightToAsk,
    }
}

/// What something is captured for unless it is said: a receipt.
impl Default for CaptureUse {
    fn default() -> Self {
        Self::Receipt
    }
}
