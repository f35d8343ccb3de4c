package io.espalier.controller.access.adapter;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/** Accepts the sessions of this installation and no other token. */
@ApplicationScoped
@Alternative
@Priority(1)
public class SessionParser extends JWTCallerPrincipalFactory {
    static final String ISSUER = "espalier";

    private final SessionKey key;

    SessionParser(SessionKey key) {
        this.key = key;
    }

    @Override
    public JWTCallerPrincipal parse(String token, JWTAuthContextInfo ignored) throws ParseException {
        try {
            return new DefaultJWTCallerPrincipal(new JwtConsumerBuilder()
                    .setJwsAlgorithmConstraints(
                            AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256)
                    .setVerificationKey(key.get())
                    .setExpectedIssuer(ISSUER)
                    .setRequireExpirationTime()
                    .setRequireSubject()
                    .setRequireJwtId()
                    .setSkipDefaultAudienceValidation()
                    .build()
                    .processToClaims(token));
        } catch (InvalidJwtException e) {
            throw new ParseException("Not a session of this controller, or expired", e);
        }
    }
}
