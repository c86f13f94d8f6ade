package dev.jbuild.solver.ssh;

import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** Arithmetic on an elliptic curve, to find the public key of a private one whose file doesn't say it. */
final class CurvePoint {
    private static final BigInteger TWO = BigInteger.TWO;
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private final BigInteger prime;
    private final BigInteger a;

    private CurvePoint(ECParameterSpec curve) {
        this.prime = ((ECFieldFp) curve.getCurve().getField()).getP();
        this.a = curve.getCurve().getA();
    }

    /** The generator of the curve, added to itself. */
    static ECPoint multiply(ECParameterSpec curve, BigInteger times) {
        CurvePoint arithmetic = new CurvePoint(curve);
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = times.bitLength() - 1; bit >= 0; bit--) {
            sum = arithmetic.add(sum, sum);
            if (times.testBit(bit)) {
                sum = arithmetic.add(sum, curve.getGenerator());
            }
        }
        return sum;
    }

    private ECPoint add(ECPoint one, ECPoint other) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return other;
        }
        if (other.equals(ECPoint.POINT_INFINITY)) {
            return one;
        }
        BigInteger x = one.getAffineX();
        BigInteger y = one.getAffineY();
        BigInteger slope;
        if (one.equals(other)) {
            slope = x.pow(2).multiply(THREE).add(a).multiply(y.multiply(TWO).modInverse(prime));
        } else if (x.equals(other.getAffineX())) {
            return ECPoint.POINT_INFINITY;
        } else {
            BigInteger run = other.getAffineX().subtract(x).mod(prime);
            slope = other.getAffineY().subtract(y).multiply(run.modInverse(prime));
        }
        BigInteger sumX = slope.pow(2).subtract(x).subtract(other.getAffineX()).mod(prime);
        BigInteger sumY = slope.multiply(x.subtract(sumX)).subtract(y).mod(prime);
        return new ECPoint(sumX, sumY);
    }
}
