//! Text of a template that names an API → a function with a reference to it.

use pipesynth_cfn::apigateway;
use pipesynth_core::{Handle, Intrinsic, Piece, Target};

/// Text with `${Api}` in it, which is the API's id, and with pseudo parameters.
pub(super) fn with_api(text: &str, api: Handle<apigateway::RestApi>) -> Intrinsic {
    let Intrinsic::Sub(mut pieces) = pipesynth_core::sub(text) else { return api.reference() };
    for piece in &mut pieces {
        if *piece == Piece::Ref(Target::Parameter("Api".into())) {
            *piece = Piece::Ref(Target::Resource(api.id()));
        }
    }
    Intrinsic::Sub(pieces)
}
