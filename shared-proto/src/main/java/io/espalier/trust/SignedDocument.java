package io.espalier.trust;

import static io.espalier.trust.RejectedException.require;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.Signature;
import io.espalier.trust.Rejection.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An envelope of a known kind, read but not believed.
 *
 * <p>Only bytes that are exactly what a writer makes of their meaning are read: a field that occurs twice, of which one
 * reader takes the first and another the last, is refused.
 */
final class SignedDocument {
    private static final int MOST_SIGNATURES = 32;
    private static final int MOST_SIGNATURE_BYTES = 128;

    private final Role role;
    private final Envelope envelope;
    private final byte[] signed;

    private SignedDocument(Role role, Envelope envelope) {
        this.role = role;
        this.envelope = envelope;
        this.signed = Dsse.preAuthenticationEncoding(
                envelope.getPayloadType(), envelope.getPayload().toByteArray());
    }

    static SignedDocument read(Role role, byte[] bytes) throws RejectedException {
        require(
                bytes.length <= role.mostBytes(),
                Reason.TOO_LARGE,
                bytes.length + " bytes; a signed " + role.label() + " has at most " + role.mostBytes());
        Envelope envelope = strictly(Envelope.parser(), bytes, "envelope");
        require(envelope.getSignaturesCount() > 0, Reason.UNSIGNED, "the " + role.label() + " bears no signature");
        require(
                envelope.getSignaturesCount() <= MOST_SIGNATURES,
                Reason.MALFORMED,
                envelope.getSignaturesCount() + " signatures, more than " + MOST_SIGNATURES);
        for (Signature signature : envelope.getSignaturesList()) {
            require(
                    signature.getSig().size() <= MOST_SIGNATURE_BYTES,
                    Reason.MALFORMED,
                    "a signature of " + signature.getSig().size() + " bytes");
        }
        require(
                envelope.getPayloadType().equals(role.payloadType()),
                Reason.MALFORMED,
                "the payload is of type \"" + envelope.getPayloadType() + "\", wanted is " + role.payloadType());
        return new SignedDocument(role, envelope);
    }

    <M extends Message> M payload(Parser<M> parser) throws RejectedException {
        return strictly(parser, envelope.getPayload().toByteArray(), role.label());
    }

    private static <M extends Message> M strictly(Parser<M> parser, byte[] bytes, String what)
            throws RejectedException {
        try {
            M message = parser.parseFrom(bytes);
            require(
                    Arrays.equals(message.toByteArray(), bytes),
                    Reason.MALFORMED,
                    "the " + what + " can be read in two ways: a field occurs twice or out of order");
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedException(
                    new Rejection(Reason.MALFORMED, "this is not a signed " + what + ": " + e.getMessage()));
        }
    }

    boolean isSignedAsAskedBy(TrustedRoot root) {
        try {
            requireSignaturesOf(root);
            return true;
        } catch (RejectedException e) {
            return false;
        }
    }

    /** Throws unless enough different keys of the role have signed. */
    void requireSignaturesOf(TrustedRoot root) throws RejectedException {
        TrustedRoot.RoleKeys keys = root.role(role);
        Set<String> good = new HashSet<>();
        List<String> revoked = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (Signature signature : envelope.getSignaturesList()) {
            String id = signature.getKeyid();
            VerificationKey key = keys.keys().get(id);
            if (root.isRevoked(id)) {
                revoked.add(id);
            } else if (key == null) {
                unknown.add(id);
            } else if (key.signed(signed, signature.getSig().toByteArray())) {
                good.add(id);
            } else {
                wrong.add(id);
            }
        }
        if (good.size() >= keys.threshold()) {
            return;
        }
        String asked = "root " + root.version() + " asks for " + keys.threshold() + " of its " + role.label() + " keys";
        require(
                !good.isEmpty() || wrong.isEmpty(),
                Reason.BAD_SIGNATURE,
                "the signature by key " + shortly(wrong) + " does not fit the " + role.label() + "; " + asked);
        require(
                !good.isEmpty() || revoked.isEmpty(),
                Reason.REVOKED_KEY,
                "key " + shortly(revoked) + " was revoked; " + asked);
        require(
                !good.isEmpty(),
                Reason.UNKNOWN_KEY,
                "key " + shortly(unknown) + " is no " + role.label() + " key; " + asked);
        throw new RejectedException(new Rejection(
                Reason.THRESHOLD, good.size() + " good signature" + (good.size() == 1 ? "" : "s") + "; " + asked));
    }

    private static String shortly(List<String> ids) {
        return ids.isEmpty() ? "" : VerificationKey.shortly(ids.get(0));
    }
}
