//! What a call was broken off in the middle of: the stack or the memory ran out, and whoever had taken the object never
//! gives it back. What it holds stands in a box by itself, and is had back by its address.
//!
//! All of this is for `src/js/whole.js` alone.

/// Where what an object holds stands in memory.
pub(super) fn address_of<T>(held: &T) -> usize {
    std::ptr::from_ref(held).expose_provenance()
}

/// What is made of that which stands there. To be called with what [`address_of`] has said, and only while a call that is
/// over has the object. What stands there stays until it is discarded, so this can be tried again where the stack ends
/// once more.
#[expect(unsafe_code, reason = "what is still taken by a call that has ended without giving it back is nobody's")]
pub(super) fn salvaged<T, U>(address: usize, rebuilt: impl FnOnce(&T) -> U) -> U {
    let broken = std::ptr::with_exposed_provenance::<T>(address);
    // SAFETY: a `T` stands there, in a box. The call that had it is over, and so are its frames.
    rebuilt(unsafe { &*broken })
}

/// Frees what stands there once it was salvaged. To be called once, after which the address is used no more.
#[expect(unsafe_code, reason = "see `salvaged`")]
pub(super) fn discarded<T>(address: usize) {
    let broken = std::ptr::with_exposed_provenance_mut::<T>(address);
    // SAFETY: as above; the object that held the box stays taken for ever, so nobody else frees it.
    drop(unsafe { Box::from_raw(broken) });
}
